package io.zova.conformance;

import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Makes up statements over the tables of {@link RecordSteps}, the private tables and
 * Zova's functions, most of them valid. Every blob holds ASCII, so that no expression
 * makes a text of it that is not UTF-8.
 */
final class RandomSql {

	private static final List<String> LITERALS = List.of("null", "0", "1", "-1", "3", "9223372036854775807",
			"-9223372036854775808", "0.5", "-0.0", "1e300", "''", "'a'", "'g'", "'u3'", "'Größe'", "'😀 é'", "'12'",
			"'1e2x'", "x''", "x'6162'", "x'31'");

	private static final List<String> UNARY = List.of("-%s", "not %s", "~%s", "%s is null", "%s is not null",
			"%s collate nocase", "length(%s)", "abs(%s)", "upper(%s)", "lower(%s)", "hex(%s)", "quote(%s)",
			"typeof(%s)", "trim(%s)", "unicode(%s)", "char(%s)", "round(%s)", "cast(%s as integer)", "cast(%s as real)",
			"cast(%s as numeric)", "cast(%s as blob)", "likely(%s)", "octet_length(%s)", "json_quote(%s)", "sign(%s)");

	private static final List<String> BINARY = List.of("%s + %s", "%s - %s", "%s * %s", "%s / %s", "%s %% %s",
			"%s || %s", "%s & %s", "%s | %s", "%s << %s", "%s = %s", "%s <> %s", "%s < %s", "%s >= %s", "%s is %s",
			"%s and %s", "%s or %s", "%s like %s", "%s glob %s", "coalesce(%s, %s)", "nullif(%s, %s)", "min(%s, %s)",
			"max(%s, %s)", "instr(%s, %s)", "substr(%s, %s)", "iif(%s, %s, 7)", "%s in (%s, 1, 'a')",
			"%s between 0 and %s", "case when %s then %s else 'no' end", "case %s when %s then 1 end", "%s -> %s",
			"printf('%%d %%s', %s, %s)", "round(%s, %s)", "replace(%s, %s, 'x')");

	/** What cannot be prepared, or fails at some row. */
	private static final List<String> WRONG = List.of("nothing", "t.nothing", "x.id", "nothing(1)", "abs(1, 2)",
			"length()", "count(*) + ", "(select 1, 2)", "1 like 2 escape 'xx'", "abs(-9223372036854775807 - 1)",
			"zova_vector_distance(1)", "raise(abort, 'x')", "sum(count(*))", "'a' ->> '$['", "json('{')",
			"id in (t, 1)", "cast(1 as)", "zeroblob(3000000000)", "t match 'x'", "row_number()", "_zova_nothing()",
			"?1 + :x");

	private static final List<String> GRAPHS = List.of("'g'", "'g'", "'g'", "'Größe'", "'missing'", "''", "null", "7");

	private static final List<String> NODES = List.of("'a'", "'b'", "'c'", "'d'", "'e'", "'узел'", "'😀'", "'seldom'",
			"''", "null", "x'61'");

	private static final List<String> TYPES = List.of("'cites'", "'links'", "'ähnlich'", "'unknown'", "''", "1");

	private static final List<String> COUNTS = List.of("0", "1", "2", "3", "5", "100", "9223372036854775807", "-1",
			"2.0", "'3'", "null");

	private static final List<String> COLLECTIONS = List.of("'f32 l2'", "'f32 cosine'", "'f32 dot'", "'i8 l2'",
			"'i8 cosine'", "'missing'", "''", "null", "x'61'");

	private static final List<String> VECTORS = List.of("x'0000803f000000000000000000000000000080bf'",
			"x'0000000000000000000000000000000000000000'", "x'0102030405'", "x'0000000000'", "x''",
			"x'000080ff00000000000000000000000000000000'", "'text'", "null", "zeroblob(20)", "zeroblob(5)");

	private static final List<String> IDS = List.of("'a'", "'b'", "'c'", "'d'", "'é'", "'😀'", "'seldom'", "''", "null",
			"5");

	private static final List<String> DISTANCES = List.of("0", "1", "0.25", "3.5", "1e300", "9e999", "-1", "'1'",
			"null");

	private final Random random;

	RandomSql(Random random) {
		this.random = random;
	}

	/**
	 * A statement that writes nothing.
	 */
	String query() {
		Source source = source();
		int columns = 1 + this.random.nextInt(3);
		boolean grouped = chance(0.15);
		String list = IntStream.range(0, columns)
			.mapToObj((i) -> grouped ? aggregate(source) : output(source))
			.collect(Collectors.joining(", "));
		String sql = "select " + (chance(0.1) && !grouped ? "distinct " : "") + list + " from " + source.text();
		if (source.condition() != null || chance(0.4)) {
			String more = chance(0.4) ? expression(2, source) : null;
			sql += " where " + (source.condition() == null ? expression(2, source)
					: source.condition() + (more == null ? "" : " and (" + more + ")"));
		}
		if (grouped && chance(0.5)) {
			sql += " group by " + expression(1, source) + (chance(0.3) ? " having count(*) > 1" : "");
		}
		if (chance(0.2)) {
			String columnsInOrder = IntStream.rangeClosed(1, columns)
				.mapToObj(String::valueOf)
				.collect(Collectors.joining(", "));
			sql += " order by " + columnsInOrder + (chance(0.5) ? " limit " + this.random.nextInt(5) : "");
		}
		return chance(0.05) ? "with w as (" + sql + ") select count(*) from w" : sql;
	}

	/**
	 * A statement that changes rows of ordinary tables.
	 */
	String change() {
		Source t = new Source("t", null, List.of("id", "u", "v"));
		String value = expression(2, chance(0.5) ? t : Source.NOTHING);
		return switch (this.random.nextInt(9)) {
			case 0, 1 -> "insert into t(id, u, v) values (%d, 'u%d', %s)".formatted(this.random.nextInt(40),
					this.random.nextInt(20), expression(2, Source.NOTHING));
			case 2 -> "insert or %s into t(id, u, v) values (%d, 'u%d', %s)".formatted(
					oneOf(List.of("replace", "ignore", "fail", "abort", "rollback")), this.random.nextInt(40),
					this.random.nextInt(20), expression(1, Source.NOTHING));
			case 3 -> "update t set v = %s where id %% 7 = %d".formatted(value, this.random.nextInt(7));
			case 4 -> "update t set u = %s where id = %d".formatted(value, this.random.nextInt(40));
			case 5 -> "delete from t where id %% 11 = %d and %s".formatted(this.random.nextInt(11), expression(1, t));
			case 6 -> "insert into child(t) select id from t where id < %d order by id limit 3"
				.formatted(this.random.nextInt(40));
			case 7 -> "insert into t(id, v) values (%d, %s) on conflict(id) do update set v = excluded.v || '+' "
				.formatted(this.random.nextInt(40), oneOf(LITERALS)) + (chance(0.5) ? "returning id, v" : "");
			default -> "delete from child where t %% 5 = %d %s".formatted(this.random.nextInt(5),
					chance(0.5) ? "returning t" : "");
		};
	}

	/**
	 * A change of private tables that other calls have to see.
	 */
	String privateChange() {
		String graph = "(select graph_key from _zova_graphs where name = 'g')";
		String node = "(select node_key from _zova_graph_nodes where graph_key = " + graph + " and node_id = %s)";
		String from = node.formatted(oneOf(NODES));
		String to = node.formatted(oneOf(NODES));
		String collection = "(select collection_key from _zova_vector_collections where name = %s)"
			.formatted(oneOf(COLLECTIONS));
		return switch (this.random.nextInt(16)) {
			case 0 -> "update _zova_graph_nodes set kind = %s where node_key = %s"
				.formatted(oneOf(List.of("'person'", "'doc'", "'Ж'")), from);
			case 1 -> "delete from _zova_graph_edges where from_node_key = %s and to_node_key = %s".formatted(from, to);
			case 2 ->
				"insert into _zova_graph_edges(graph_key, from_node_key, edge_type_key, to_node_key, created_order)"
						+ " select %s, %s, min(edge_type_key), %s, (select max(created_order) + 5 from _zova_graph_edges)"
							.formatted(graph, from, to)
						+ " from _zova_graph_edge_types where graph_key = " + graph;
			case 3 -> "insert into _zova_graph_nodes(graph_key, node_id, kind, target_type, created_order)"
					+ " select graph_key, %s, 'doc', 'none', (select max(created_order) + 3 from _zova_graph_nodes)"
						.formatted(oneOf(List.of("'a'", "'new'", "'newer'", "'ä'")))
					+ " from _zova_graphs where name = 'g'";
			case 4 -> "delete from _zova_graph_nodes where node_key = " + from;
			case 5 -> "update _zova_graph_edges set payload = cast(%s as blob) where from_node_key = %s"
				.formatted(oneOf(LITERALS), from);
			case 6 -> "update _zova_graph_edges set to_node_key = %s where from_node_key = %s".formatted(to, from);
			case 7 -> "insert or replace into _zova_kv values (%s, %s, %s)".formatted(oneOf(List.of("x'6e73'", "x''")),
					oneOf(List.of("x'6b'", "x'00'", "x'ff'")), oneOf(LITERALS));
			case 8 -> "delete from _zova_kv where key < " + oneOf(List.of("x'01'", "x'6b'", "x'ff'"));
			case 9 -> "delete from _zova_vectors where collection_key = %s and vector_id = %s".formatted(collection,
					oneOf(IDS));
			case 10 -> "update _zova_vectors set \"values\" = (select \"values\" from _zova_vectors w where"
					+ " w.collection_key = _zova_vectors.collection_key order by vector_id limit 1)"
					+ " where collection_key = %s and vector_id = %s".formatted(collection, oneOf(IDS));
			case 11 -> "update _zova_vectors set vector_id = %s where collection_key = %s and vector_id = %s"
				.formatted(oneOf(List.of("'moved'", "'a'", "'zz'")), collection, oneOf(IDS));
			case 12 -> "delete from _zova_object_chunks where chunk_index = 77";
			case 13 -> "delete from _zova_chunks where size_bytes between %d and %d".formatted(this.random.nextInt(100),
					this.random.nextInt(60_000));
			case 14 -> "update _zova_graphs set name = name || '2' where name = 'unknown'";
			default -> "delete from _zova_objects where size_bytes = " + this.random.nextInt(2);
		};
	}

	/**
	 * A change of the schema, or a look at it.
	 */
	String definition() {
		String name = "extra" + this.random.nextInt(3);
		return switch (this.random.nextInt(16)) {
			case 0 -> "create table " + name + "(a, b default 5, c as (a || 'x'))";
			case 1 -> "drop table " + name;
			case 2 -> "insert into %s(a) select %s from t limit 2".formatted(name, expression(1, Source.NOTHING));
			case 3 -> "create index if not exists %s_v on t(v, %s)".formatted(name,
					oneOf(List.of("id", "u", "length(v)", "nothing", "zova_vector_encode_i8(v)")));
			case 4 -> "drop index " + name + "_v";
			case 5 -> "create view %s_view as %s".formatted(name, query());
			case 6 -> "select count(*) from " + name + "_view";
			case 7 -> "drop view if exists " + name + "_view";
			case 8 -> "create trigger %s_trigger after insert on t begin insert into child(t) values (new.id); end"
				.formatted(name);
			case 9 -> "drop trigger " + name + "_trigger";
			case 10 -> "alter table %s add column d%d".formatted(name, this.random.nextInt(3));
			case 11 ->
				"select name, type, sql from sqlite_schema where sql not like '%zova%' and name <> 'sqlite_stat4' order by name";
			case 12 -> oneOf(List.of("pragma table_info(t)", "pragma foreign_key_check", "pragma encoding",
					"pragma user_version", "pragma application_id", "pragma foreign_keys", "pragma index_list(t)",
					"pragma integrity_check", "pragma recursive_triggers", "pragma page_size"));
			case 13 -> "create temp table if not exists %s_temp as select id from t".formatted(name);
			case 14 -> "drop table temp." + name + "_temp";
			default -> oneOf(List.of("analyze", "reindex t", "create table t(x)", "drop table missing",
					"create tabel x(a)", "insert into zova_graph_neighbors values (1)", "drop table zova_vector_search",
					"create virtual table y using zova_graph_walk", "update zova_vector_search set rank = 1", "select",
					"selec 1", "select 'open", "select 1 /* comment */", "pragma nothing", "delete from sqlite_schema",
					"create table sqlite_x(a)"));
		};
	}

	/**
	 * BEGIN, COMMIT and savepoints, right and wrong.
	 */
	String control() {
		String name = oneOf(List.of("a", "A", "b", "\"a b\"", "'q'", "é", "\"select\""));
		return switch (this.random.nextInt(14)) {
			case 0, 1 -> oneOf(List.of("begin", "BEGIN IMMEDIATE", "begin deferred transaction", "begin exclusive"));
			case 2, 3 -> oneOf(List.of("commit", "end", "COMMIT TRANSACTION"));
			case 4 -> oneOf(List.of("rollback", "rollback transaction"));
			case 5, 6, 7, 8 -> "savepoint " + name;
			case 9, 10 -> oneOf(List.of("rollback to ", "ROLLBACK TO SAVEPOINT ", "rollback transaction to ")) + name;
			default -> oneOf(List.of("release ", "RELEASE SAVEPOINT ")) + name;
		};
	}

	private Source source() {
		return switch (this.random.nextInt(16)) {
			case 0, 1 -> new Source("t", null, List.of("t.id", "t.u", "t.v"));
			case 2 -> new Source("t left join child c on c.t = t.id", null, List.of("t.id", "t.u", "t.v", "c.id"));
			case 3 -> new Source("_zova_graph_nodes n join _zova_graphs g using (graph_key)", null,
					List.of("n.node_id", "n.kind", "g.name", "n.created_order"));
			case 4 -> new Source("_zova_kv k", null, List.of("length(k.namespace)", "hex(k.key)", "length(k.value)"));
			case 5 -> new Source("_zova_vectors v join _zova_vector_collections c using (collection_key)", null,
					List.of("v.vector_id", "c.name", "v.norm_squared", "v.\"values\" is null"));
			case 6 -> new Source("_zova_objects o", null, List.of("o.size_bytes", "o.chunk_count", "o.chunker"));
			case 7, 8 -> neighbors("x", oneOf(NODES));
			case 9 -> walk(oneOf(NODES));
			case 10 -> new Source("_zova_graph_nodes n, zova_graph_neighbors('g', n.node_id) x",
					"n.graph_key = (select graph_key from _zova_graphs where name = 'g')",
					List.of("n.node_id", "x.rank", "x.node_id", "x.edge_type"));
			case 11 -> new Source(
					"zova_graph_neighbors('g', 'a') x left join zova_graph_neighbors y on y.graph_name = 'g' and y.source_node_id = x.node_id",
					null, List.of("x.node_id", "y.node_id", "y.rank"));
			case 12, 13 -> search();
			case 14 -> new Source(
					"_zova_vectors v join _zova_vector_collections c using (collection_key), zova_vector_search s",
					"s.collection = c.name and s.source_vector_id = v.vector_id and s.top_k = %s"
						.formatted(oneOf(COUNTS)),
					List.of("v.vector_id", "s.vector_id", "s.rank", "s.distance"));
			default -> Source.NOTHING;
		};
	}

	private Source neighbors(String name, String node) {
		List<String> columns = List.of(name + ".rank", name + ".node_id", name + ".kind", name + ".edge_type",
				name + ".graph_name", name + ".rowid");
		if (chance(0.5)) {
			int arguments = this.random.nextInt(7);
			String list = java.util.stream.Stream
				.of(oneOf(GRAPHS), node, oneOf(List.of("'outgoing'", "'incoming'", "'both'", "null")), oneOf(TYPES),
						oneOf(COUNTS), "1", "2")
				.limit(arguments)
				.collect(Collectors.joining(", "));
			return new Source("zova_graph_neighbors(" + list + ") " + name, null, columns);
		}
		String condition = "%s.graph_name = %s".formatted(name, oneOf(GRAPHS));
		condition += chance(0.95) ? " and %s.source_node_id = %s".formatted(name, node) : "";
		condition += chance(0.4)
				? " and %s.direction = %s".formatted(name, oneOf(List.of("'outgoing'", "'incoming'", "'OUTGOING'")))
				: "";
		condition += chance(0.3) ? " and %s.edge_type_filter = %s".formatted(name, oneOf(TYPES)) : "";
		condition += chance(0.4) ? " and %s.\"limit\" = %s".formatted(name, oneOf(COUNTS)) : "";
		return new Source("zova_graph_neighbors " + name, condition, columns);
	}

	private Source walk(String node) {
		String condition = "w.graph_name = %s and w.start_node_id = %s".formatted(oneOf(GRAPHS), node);
		condition += chance(0.95) ? " and w.max_depth = " + oneOf(COUNTS) : "";
		condition += chance(0.3) ? " and w.edge_type_filter = " + oneOf(TYPES) : "";
		condition += chance(0.4) ? " and w.\"limit\" = " + oneOf(COUNTS) : "";
		return new Source("zova_graph_walk w", condition,
				List.of("w.rank", "w.node_id", "w.kind", "w.depth", "w.predecessor_node_id", "w.edge_type"));
	}

	private Source search() {
		List<String> columns = List.of("s.rank", "s.vector_id", "s.distance", "s.collection", "s.rowid");
		String rest = chance(0.8) ? "s.top_k = " + oneOf(COUNTS) : "1";
		rest += chance(0.4) ? " and s.max_distance = " + oneOf(DISTANCES) : "";
		if (chance(0.3)) {
			return new Source("zova_vector_search(%s, %s) s".formatted(oneOf(COLLECTIONS), oneOf(VECTORS)), rest,
					columns);
		}
		String from = chance(0.5) ? "s.query_vector = " + oneOf(VECTORS) : "s.source_vector_id = " + oneOf(IDS);
		return new Source("zova_vector_search s",
				"s.collection = %s and %s and %s".formatted(oneOf(COLLECTIONS), from, rest), columns);
	}

	private String output(Source source) {
		return (chance(0.6) && !source.columns().isEmpty()) ? oneOf(source.columns()) : expression(2, source);
	}

	/** None whose value depends on the order of the rows. */
	private String aggregate(Source source) {
		return oneOf(List.of("count(*)", "count(%s)", "min(%s)", "max(%s)", "count(distinct %s)", "total(length(%s))"))
			.formatted(expression(1, source));
	}

	private String expression(int depth, Source source) {
		int choice = this.random.nextInt(100);
		if (choice < 2) {
			return oneOf(WRONG);
		}
		if (depth == 0 || choice < 25) {
			return (source.columns().isEmpty() || chance(0.4)) ? oneOf(LITERALS) : oneOf(source.columns());
		}
		if (choice < 55) {
			return oneOf(UNARY).formatted(operand(depth, source));
		}
		if (choice < 88) {
			return oneOf(BINARY).formatted(operand(depth, source), operand(depth, source));
		}
		if (choice < 92) {
			return "(select %s from t where id < %d)".formatted(oneOf(List.of("count(*)", "max(id)", "min(u)")),
					this.random.nextInt(40));
		}
		if (choice < 94) {
			return "exists (select 1 from child where t = %s)".formatted(operand(depth, source));
		}
		if (choice < 96) {
			return "zova_vector_distance(%s, %s, %s)".formatted(oneOf(COLLECTIONS), oneOf(IDS), oneOf(VECTORS));
		}
		if (choice < 98) {
			return "zova_vector_distance_by_id(%s, %s, %s)".formatted(oneOf(COLLECTIONS), oneOf(IDS), oneOf(IDS));
		}
		return oneOf(List.of("zova_vector_encode_f16(%s)", "zova_vector_encode_i8(%s)"))
			.formatted(chance(0.7) ? "x'003c0040'" : operand(depth, source));
	}

	private String operand(int depth, Source source) {
		return "(" + expression(depth - 1, source) + ")";
	}

	private boolean chance(double probability) {
		return this.random.nextDouble() < probability;
	}

	private <T> T oneOf(List<T> values) {
		return values.get(this.random.nextInt(values.size()));
	}

	/**
	 * What a query reads: the text after FROM, a condition that belongs to it, and its
	 * columns.
	 */
	private record Source(String text, @org.jspecify.annotations.Nullable String condition, List<String> columns) {

		static final Source NOTHING = new Source("(select 1)", null, List.of());

	}

}
