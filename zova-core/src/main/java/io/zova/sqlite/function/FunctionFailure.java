package io.zova.sqlite.function;

import org.jspecify.annotations.Nullable;

/**
 * Remembers, for each thread, the exception that a function threw last: only its text
 * passes through SQLite, and the statement's error is to have it as its cause.
 */
final class FunctionFailure {

	private static final ThreadLocal<@Nullable FunctionFailure> LAST = new ThreadLocal<>();

	private final String text;

	private final Throwable thrown;

	private FunctionFailure(String text, Throwable thrown) {
		this.text = text;
		this.thrown = thrown;
	}

	/**
	 * Remembers what a function threw.
	 * @return the text that SQLite is to report
	 */
	static String remember(Throwable thrown) {
		String message = thrown.getMessage();
		String text = (message != null && !message.isBlank()) ? message : thrown.getClass().getName();
		LAST.set(new FunctionFailure(text, thrown));
		return text;
	}

	/**
	 * Forgets the failure of this thread.
	 * @param message the text of the statement's error
	 * @return the failure if it is what the error is about
	 */
	static @Nullable FunctionFailure take(@Nullable String message) {
		FunctionFailure last = LAST.get();
		if (last == null) {
			return null;
		}
		LAST.remove();
		return (message != null && message.contains(last.text)) ? last : null;
	}

	String text() {
		return this.text;
	}

	Throwable thrown() {
		return this.thrown;
	}

}
