package io.zova.boot;

import java.nio.file.Path;

import io.zova.ZovaException;
import io.zova.ZovaStatus;

/**
 * The file that {@code zova.path} names could not be opened when the application started.
 */
class ZovaOpenException extends IllegalStateException {

	private static final long serialVersionUID = 1L;

	private final transient Path path;

	private final ZovaException reason;

	private final boolean create;

	ZovaOpenException(Path path, boolean create, ZovaException reason) {
		super("The Zova database " + path + " cannot be opened: " + reason.getMessage(), reason);
		this.path = path;
		this.reason = reason;
		this.create = create;
	}

	Path path() {
		return this.path;
	}

	ZovaStatus status() {
		return this.reason.status();
	}

	ZovaException reason() {
		return this.reason;
	}

	boolean create() {
		return this.create;
	}

}
