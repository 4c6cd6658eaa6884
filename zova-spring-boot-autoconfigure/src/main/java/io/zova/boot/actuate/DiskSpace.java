package io.zova.boot.actuate;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

import org.springframework.util.unit.DataSize;

import io.zova.ZovaDatabase;

/**
 * The free space where the files of a database lie, and how much of it there should be.
 */
public final class DiskSpace {

	private final List<Path> directories;

	private final long threshold;

	/**
	 * Looks at the disks of a database.
	 * @param database the database
	 * @param threshold what should be free
	 */
	public DiskSpace(ZovaDatabase database, DataSize threshold) {
		this.directories = database.sql().read("find the database files", DiskSpace::directories);
		this.threshold = threshold.toBytes();
	}

	private static List<Path> directories(Connection connection) throws SQLException {
		List<Path> directories = new ArrayList<>();
		try (Statement statement = connection.createStatement();
				ResultSet rows = statement.executeQuery("pragma database_list")) {
			while (rows.next()) {
				String file = rows.getString("file");
				if (file != null && !file.isEmpty()) {
					directories.add(Path.of(file).toAbsolutePath().getParent());
				}
			}
		}
		return directories;
	}

	/**
	 * What is free now.
	 * @return the bytes that can still be written on the fullest disk, or nothing for a
	 * database in memory and where the system does not tell
	 */
	public OptionalLong free() {
		OptionalLong least = OptionalLong.empty();
		for (Path directory : this.directories) {
			try {
				long free = Files.getFileStore(directory).getUsableSpace();
				least = OptionalLong.of(Math.min(free, least.orElse(Long.MAX_VALUE)));
			}
			catch (IOException ex) {
				// A directory that is gone is reported as a file that has moved.
				return OptionalLong.empty();
			}
		}
		return least;
	}

	/**
	 * What should be free.
	 * @return the bytes
	 */
	public long threshold() {
		return this.threshold;
	}

}
