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

	private final String property;

	private final boolean bound;

	ZovaOpenException(Path path, boolean create, ZovaException reason) {
		super("The Zova database " + path + " cannot be opened: " + reason.getMessage(), reason);
		this.property = "zova.path";
		this.bound = false;
		this.path = path;
		this.reason = reason;
		this.create = create;
	}

	/**
	 * A store can't be used.
	 * @param property the property that names it
	 * @param path the store
	 * @param bound whether the main file may have such a store already
	 * @param reason why not
	 */
	ZovaOpenException(String property, Path path, boolean bound, ZovaException reason) {
		super(property + " is " + path + ", which cannot be used: " + reason.getMessage(), reason);
		this.property = property;
		this.bound = bound;
		this.path = path;
		this.create = false;
		this.reason = reason;
	}

	boolean isAboutAStore() {
		return !this.property.equals("zova.path");
	}

	boolean isBound() {
		return this.bound;
	}

	String property() {
		return this.property;
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
