package io.zova.maintenance.salvage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What tells that a file or one beside it was written to.
 *
 * @param parts sizes and times
 */
record FileStamp(List<Object> parts) {

	static FileStamp of(Path file) throws IOException {
		List<Object> parts = new ArrayList<>();
		Path real = file.toRealPath();
		for (String suffix : new String[] { "", "-wal", "-journal" }) {
			Path part = real.resolveSibling(real.getFileName() + suffix);
			if (Files.exists(part)) {
				parts.add(suffix);
				parts.add(Files.size(part));
				parts.add(Files.getLastModifiedTime(part));
			}
		}
		return new FileStamp(parts);
	}

}
