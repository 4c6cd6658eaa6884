package io.zova.adversary;

import java.nio.file.Path;

import io.zova.ZovaDatabase;

/**
 * A process that makes copies of a database and says so after each.
 */
final class Copier {

	private Copier() {
	}

	/**
	 * Makes copies and ends.
	 * @param arguments the file, and where each copy shall be
	 */
	public static void main(String[] arguments) {
		try (ZovaDatabase database = ZovaDatabase.open(Path.of(arguments[0]))) {
			for (int copy = 1; copy < arguments.length; copy++) {
				database.backup(Path.of(arguments[copy]));
				System.out.println("published " + Path.of(arguments[copy]).getFileName());
			}
		}
	}

}
