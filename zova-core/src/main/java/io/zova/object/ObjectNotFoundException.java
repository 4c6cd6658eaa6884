package io.zova.object;

import java.io.FileNotFoundException;

/**
 * What a {@link ObjectResource} throws where Spring expects a missing file, so that a web
 * application can tell it from one of its own files.
 */
public final class ObjectNotFoundException extends FileNotFoundException {

	private static final long serialVersionUID = 1;

	/**
	 * Creates the exception.
	 * @param id the object that is not stored, or not any more
	 */
	public ObjectNotFoundException(ObjectId id) {
		super("object [" + id + "] does not exist");
	}

}
