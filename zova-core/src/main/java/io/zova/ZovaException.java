package io.zova;

import org.jspecify.annotations.Nullable;

import org.springframework.dao.NonTransientDataAccessException;

/**
 * A rule of Zova was broken. The message names the thing, the rule and what was given;
 * the {@link #status() status} says the same in one word, for programs.
 */
public class ZovaException extends NonTransientDataAccessException {

	private static final long serialVersionUID = 1L;

	private final ZovaStatus status;

	public ZovaException(ZovaStatus status, String message) {
		this(status, message, null);
	}

	public ZovaException(ZovaStatus status, String message, @Nullable Throwable cause) {
		super(message, cause);
		this.status = status;
	}

	/**
	 * Which rule was broken.
	 * @return the status
	 */
	public ZovaStatus status() {
		return this.status;
	}

}
