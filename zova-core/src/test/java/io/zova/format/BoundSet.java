package io.zova.format;

import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Locale;

/**
 * Makes a main file with its objects, vectors and graphs in files of their own.
 */
public final class BoundSet {

	private static final String STORE_ID = "0123456789abcdef".repeat(4);

	private static final String SET_ID = "fedcba9876543210".repeat(4);

	private static final String ABC = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

	private BoundSet() {
	}

	/**
	 * Creates {@code main.zova} and {@code main.objects.zova}, {@code main.vectors.zova},
	 * {@code main.graphs.zova}.
	 * @param relative whether the main file names its stores without their directory
	 */
	public static Path create(Path directory, boolean relative) throws SQLException {
		Path main = directory.resolve("main.zova");
		NewDatabase.create(main, 0);
		TestFiles.execute(main, ZovaSchema.BOUND_STORES.sql(), "insert into _zova_kv values (x'01', x'02', x'03')",
				"create table notes (text)", "insert into notes values ('in main')");
		bind(main, StoreRole.OBJECTS, relative, "insert into _zova_objects values (x'" + ABC + "', 3, 1, 'fastcdc-v1')",
				"insert into _zova_chunks values (x'" + ABC + "', 3, cast('abc' as blob))",
				"insert into _zova_object_chunks values (x'" + ABC + "', 0, x'" + ABC + "', 0, 3)");
		bind(main, StoreRole.VECTORS, relative,
				"insert into _zova_vector_collections values (3, 'zebra', 1, 'l2', 'i8'), (7, 'apple', 2, 'dot', 'i8')",
				"insert into _zova_vectors values (5, 3, 'b', x'05', 25), (6, 3, 'a', x'06', 36), (9, 7, 'c', x'0101', 2)",
				"update _zova_vectors set \"values\" = x'07', norm_squared = 49 where vector_key = 6",
				"delete from _zova_vectors where vector_key = 9",
				"insert into _zova_vectors values (11, 7, 'd', x'0202', 8)");
		bind(main, StoreRole.GRAPHS, relative, "insert into _zova_graphs values (4, 'z', 1), (6, 'a', 2)",
				"insert into _zova_graph_nodes values (1, 4, 'n1', 'k', 'none', null, null, 1), (3, 4, 'n3', 'k', 'record', 'notes', '1', 2), (4, 4, 'n2', 'k', 'none', null, null, 3), (5, 6, 'm', 'k', 'none', null, null, 1)",
				"insert into _zova_graph_edge_types values (2, 4, 'unused'), (5, 4, 'second'), (6, 4, 'first'), (8, 6, 'self')",
				"insert into _zova_graph_edges values (10, 4, 1, 6, 3, 1, x'aa'), (11, 4, 3, 5, 4, 3, x''), (12, 4, 4, 6, 1, 2, x'bb'), (13, 6, 5, 8, 5, 1, x'')");
		return main;
	}

	/** The path of one of the stores of a main file. */
	public static Path store(Path main, StoreRole role) {
		return main.resolveSibling("main." + role.name().toLowerCase(Locale.ROOT) + ".zova");
	}

	private static void bind(Path main, StoreRole role, boolean relative, String... content) throws SQLException {
		Path store = store(main, role);
		NewDatabase.create(store, 0);
		TestFiles.execute(store, content);
		TestFiles.execute(store,
				"insert into _zova_meta values ('store_role', '" + role.storeName() + "'), ('store_id', '" + STORE_ID
						+ "'), ('bound_set_id', '" + SET_ID + "'), ('" + role.epochName() + "', '4')");
		TestFiles.execute(main,
				"insert into _zova_bound_stores(role, name, path, store_id, bound_set_id, " + role.epochName()
						+ ", created_at_unix) values ('" + role.storeName() + "', 'default', '"
						+ (relative ? store.getFileName() : store) + "', '" + STORE_ID + "', '" + SET_ID + "', 4, 1)");
	}

}
