package io.zova.maintenance.check;

/**
 * What to do about findings.
 */
public enum SuggestedAction {

	/** Nothing is wrong. */
	NOTHING("Nothing to do"),

	/** The usual cure. */
	RESTORE_BACKUP("Restore the last good backup into a new file"),

	/** Some findings hide others. */
	DEEP_CHECK("Run a deep check to see everything that is damaged"),

	/** Without a backup: what would be left. */
	SALVAGE_DRY_RUN("Run a dry salvage to see what can be saved"),

	/** Without a backup. */
	SALVAGE("Salvage into a new file"),

	/** A file of the set is missing. */
	BIND_OBJECT_STORE("Bring the object store's file back, or bind it again where it is now"),

	/** A file of the set is missing. */
	BIND_VECTOR_STORE("Bring the vector store's file back, or bind it again where it is now"),

	/** A file of the set is missing. */
	BIND_GRAPH_STORE("Bring the graph store's file back, or bind it again where it is now"),

	/** Files of different backups. */
	RESTORE_WHOLE_SET(
			"Restore all files of the set from the same backup, or bind the store again to accept what is in it"),

	/** An extension is in the way. */
	LIST_EXTENSIONS("List the file's extensions"),

	/** An extension is in the way. */
	CHECK_EXTENSIONS("Open the file with a library that has its extensions");

	private final String text;

	SuggestedAction(String text) {
		this.text = text;
	}

	/**
	 * What to do, as a sentence without a full stop.
	 * @return the text
	 */
	public String text() {
		return this.text;
	}

}
