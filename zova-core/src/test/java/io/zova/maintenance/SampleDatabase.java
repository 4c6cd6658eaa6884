package io.zova.maintenance;

import java.nio.file.Path;
import java.sql.SQLException;

import io.zova.format.NewDatabase;
import io.zova.format.TestFiles;

/**
 * A small file with a row of everything that a verification looks at.
 */
public final class SampleDatabase {

	/** SHA-256 of the three bytes "abc", an object of one chunk. */
	public static final String ABC = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

	/** SHA-256 of the byte "x", a loose chunk. */
	public static final String X = "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881";

	private SampleDatabase() {
	}

	public static Path create(Path file) throws SQLException {
		NewDatabase.create(file, 0);
		TestFiles.execute(file, "insert into _zova_objects values (x'" + ABC + "', 3, 1, 'fastcdc-v1')",
				"insert into _zova_chunks values (x'" + ABC + "', 3, cast('abc' as blob)), (x'" + X
						+ "', 1, cast('x' as blob))",
				"insert into _zova_object_chunks values (x'" + ABC + "', 0, x'" + ABC + "', 0, 3)",
				"insert into _zova_vector_collections values (1, 'docs', 2, 'cosine', 'f32'), (2, 'half', 1, 'l2', 'f16'), (3, 'bytes', 2, 'dot', 'i8')",
				"insert into _zova_vectors values (1, 1, 'a', x'0000803f00000000', 1), (2, 2, 'a', x'0000', 0), (3, 3, 'a', x'0000', 0)",
				"insert into _zova_graphs values (1, 'g', 1)",
				"insert into _zova_graph_nodes values (1, 1, 'n', 'k', 'none', null, null, 1)",
				"insert into _zova_graph_edge_types values (1, 1, 't')",
				"insert into _zova_graph_edges values (1, 1, 1, 1, 1, 1, x'')",
				"insert into _zova_kv values (x'', x'01', x'02')", "create table notes (id integer primary key, text)",
				"insert into notes values (7, 'seven')");
		return file;
	}

}
