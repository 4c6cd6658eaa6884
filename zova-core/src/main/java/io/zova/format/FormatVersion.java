package io.zova.format;

import org.jspecify.annotations.Nullable;

import io.zova.ZovaException;
import io.zova.ZovaStatus;

/**
 * The number of a file's format, and what this library can do with it.
 *
 * @param number the number, from 0 to 4294967295
 */
public record FormatVersion(long number) implements Comparable<FormatVersion> {

	/** The format that this library reads and writes. */
	public static final FormatVersion CURRENT = new FormatVersion(ZovaSchema.FORMAT);

	private static final int OLDEST_MIGRATABLE = 3;

	private static final long LARGEST = 0xffff_ffffL;

	/**
	 * What this library can do with the format.
	 * @return the support
	 */
	public Support support() {
		if (this.number > ZovaSchema.FORMAT) {
			return Support.FUTURE;
		}
		if (this.number == ZovaSchema.FORMAT) {
			return Support.CURRENT;
		}
		return (this.number >= OLDEST_MIGRATABLE) ? Support.MIGRATABLE : Support.LEGACY;
	}

	/**
	 * Passes if a file of this format can be opened.
	 * @param file the file's name, for the message
	 * @throws ZovaException with the status for the support that the format has, and
	 * advice
	 */
	public void requireCurrent(String file) {
		String fact = file + " has format " + this.number + ", and this library reads and writes format "
				+ ZovaSchema.FORMAT + ". ";
		switch (support()) {
			case CURRENT -> {
			}
			case MIGRATABLE -> throw new ZovaException(ZovaStatus.MIGRATION_REQUIRED,
					fact + "ZovaDatabase.migrate(Path.of(\"" + file
							+ "\"), newFile) makes a new file of it and leaves this one as it is; with Spring Boot, "
							+ "zova.migration=on-start puts the new file in its place when the application starts");
			case LEGACY -> throw new ZovaException(ZovaStatus.UNSUPPORTED_LEGACY_FORMAT,
					fact + "Formats up to " + (OLDEST_MIGRATABLE - 1)
							+ " come from releases before 0.17. Open it with the release that wrote it, "
							+ "and copy its content into a new file");
			case FUTURE -> throw new ZovaException(ZovaStatus.UNSUPPORTED_FUTURE_FORMAT,
					fact + "A newer release wrote it. Upgrade this library to one that knows the format");
		}
	}

	/**
	 * Reads the number as the file keeps it: decimal digits, also with leading zeros and
	 * with underscores between them.
	 * @param text the text
	 * @return the version, or {@code null} if the text is not such a number
	 */
	static @Nullable FormatVersion parse(String text) {
		if (text.startsWith("_") || text.endsWith("_")) {
			return null;
		}
		long number = 0;
		int digits = 0;
		for (int i = 0; i < text.length(); i++) {
			char c = text.charAt(i);
			if (c == '_') {
				continue;
			}
			number = number * 10 + (c - '0');
			if (c < '0' || c > '9' || number > LARGEST) {
				return null;
			}
			digits++;
		}
		return (digits > 0) ? new FormatVersion(number) : null;
	}

	@Override
	public int compareTo(FormatVersion other) {
		return Long.compare(this.number, other.number);
	}

	/**
	 * What this library can do with a format.
	 */
	public enum Support {

		/** Open it. */
		CURRENT,

		/** Migrate it into a new file. */
		MIGRATABLE,

		/** Nothing: it is too old. */
		LEGACY,

		/** Nothing: it is newer than this library. */
		FUTURE

	}

}
