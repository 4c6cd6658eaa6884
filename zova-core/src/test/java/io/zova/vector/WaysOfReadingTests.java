package io.zova.vector;

import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.jdbc.core.JdbcTemplate;

import io.zova.ZovaDatabase;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A collection is the same in memory however it was read: in packs or row by row, by
 * another thread, by two or by none, along the table or along the index.
 */
class WaysOfReadingTests {

	@TempDir
	Path directory;

	@Test
	void allWaysGiveTheSameVectors() {
		Random random = new Random(7);
		try (ZovaDatabase database = ZovaDatabase.create(this.directory.resolve("read.zova"))) {
			JdbcTemplate jdbc = new JdbcTemplate(database.dataSource());
			for (ElementType type : ElementType.values()) {
				VectorCollection collection = database.vectors().create(type.text(), VectorSpace.cosine(40).of(type));
				List<VectorEntry> entries = new ArrayList<>();
				for (int i = 0; i < 3000; i++) {
					// Ids in another order than the keys, some not of one byte a letter.
					entries.add(new VectorEntry("é" + random.nextInt(1_000_000) + "-" + i, values(type, random)));
				}
				collection.putAll(entries);
			}
			jdbc.update("update _zova_vectors set norm_squared = null where vector_key % 50 = 3");
			jdbc.update("update _zova_vectors set norm_squared = 4 where vector_key % 50 = 5");
			jdbc.update("update _zova_vectors set \"values\" = x'0001' where vector_key % 700 = 9");
			jdbc.update("delete from _zova_vectors where vector_key % 11 = 2");
			for (ElementType type : ElementType.values()) {
				List<List<String>> ways = new ArrayList<>();
				for (int way = 0; way < 16; way++) {
					ways.add(read(database, type.text(), (way & 1) > 0, (way & 2) > 0, (way & 4) > 0, (way & 8) > 0));
				}
				assertThat(ways.get(0)).hasSizeGreaterThan(2700);
				assertThat(ways).as(type.text()).allMatch((way) -> way.equals(ways.get(0)));
			}
		}
	}

	private static VectorValues values(ElementType type, Random random) {
		float[] elements = new float[40];
		for (int i = 0; i < elements.length; i++) {
			elements[i] = random.nextFloat() * 2 - 1;
		}
		return switch (type) {
			case F32 -> VectorValues.of(elements);
			case F16 -> VectorValues.half(elements);
			case I8 -> VectorValues.bytes(127, elements);
		};
	}

	private static List<String> read(ZovaDatabase database, String name, boolean packed, boolean alone, boolean dense,
			boolean shared) {
		return database.sql().snapshot("Read", (connection) -> {
			try (ScanThreads threads = new ScanThreads(alone ? 0 : 1)) {
				CollectionRow collection = CollectionTable.require(connection, name);
				CollectionExtent exact = CollectionExtent.exact(connection, collection);
				CollectionExtent extent = new CollectionExtent(exact.first(), exact.last(),
						shared ? 100_000 : exact.count(), dense);
				return describe(CollectionReader.read(connection, collection, extent, threads, packed));
			}
			catch (SQLException ex) {
				throw new IllegalStateException(ex);
			}
		});
	}

	/** All rows are in the first places, and what is behind them is never a match. */
	private static List<String> describe(VectorsInMemory vectors) {
		List<String> rows = new ArrayList<>();
		int rowsLeft = vectors.size();
		for (VectorBlock block : vectors.blocks()) {
			int words = block.columns().capacity() / block.capacity();
			for (int row = 0; row < block.capacity(); row++) {
				if (rowsLeft-- <= 0) {
					assertThat(block.factors()[row]).isNaN();
					continue;
				}
				int[] values = new int[words];
				for (int word = 0; word < words; word++) {
					values[word] = block.columns().get(word * block.capacity() + row);
				}
				boolean measuredExactly = vectors.unrounded().contains(block.key(row));
				rows.add(block.key(row) + " " + block.idHash(row) + " " + block.factors()[row] + " "
						+ block.residuals()[row] + " " + block.lengths()[row] + " "
						+ (measuredExactly ? "exactly" : Arrays.toString(values)));
			}
		}
		rows.sort(null);
		return rows;
	}

}
