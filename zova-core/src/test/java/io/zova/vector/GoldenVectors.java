package io.zova.vector;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Collections, searches and results that the real engine has produced.
 */
record GoldenVectors(String name, VectorSpace space, List<VectorEntry> rows, List<String> normBits,
		List<Search> searches) {

	static List<GoldenVectors> all() {
		try (InputStream golden = GoldenVectors.class.getResourceAsStream("vectors-golden.json")) {
			JsonNode root = JsonMapper.shared().readTree(golden);
			List<GoldenVectors> all = new ArrayList<>();
			root.get("collections").forEachEntry((name, collection) -> {
				JsonNode set = root.get("sets").get(collection.get("set").asString());
				VectorSpace space = space(set, collection);
				List<String> norms = new ArrayList<>();
				set.get("norm_squared_hex").forEach((norm) -> norms.add(norm.asString()));
				List<Search> searches = new ArrayList<>();
				collection.get("ops").forEach((op) -> searches.add(search(space, set.get("queries"), op)));
				all.add(new GoldenVectors(name, space, rows(space, set.get("rows")), norms, searches));
			});
			root.get("edges").forEach((edge) -> {
				VectorSpace space = space(edge, edge);
				List<Search> searches = new ArrayList<>();
				edge.get("searches")
					.forEach((search) -> searches
						.add(new Search("search", VectorQuery.near(values(space, search.get("query").asString()))
							.limit(search.get("limit").asLong()), results(search))));
				all.add(new GoldenVectors(edge.get("name").asString(), space, rows(space, edge.get("rows")), List.of(),
						searches));
			});
			return all;
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static VectorSpace space(JsonNode set, JsonNode collection) {
		return new VectorSpace(set.get("dimensions").asInt(), Metric.of(collection.get("metric").asString()),
				ElementType.of(set.get("element_type").asString()));
	}

	private static List<VectorEntry> rows(VectorSpace space, JsonNode rows) {
		List<VectorEntry> entries = new ArrayList<>();
		rows.forEach(
				(row) -> entries.add(new VectorEntry(row.get(0).asString(), values(space, row.get(1).asString()))));
		return entries;
	}

	private static Search search(VectorSpace space, JsonNode queries, JsonNode op) {
		VectorQuery query = op.has("source") ? VectorQuery.nearId(op.get("source").asString())
				: VectorQuery.near(values(space, queries.get(op.get("query").asString()).asString()));
		if (op.has("candidates")) {
			List<String> candidates = new ArrayList<>();
			op.get("candidates").forEach((id) -> candidates.add(id.asString()));
			query = query.candidates(candidates);
		}
		if (op.has("max_distance_hex")) {
			query = query
				.within(Double.longBitsToDouble(Long.parseUnsignedLong(op.get("max_distance_hex").asString(), 16)));
		}
		return new Search(op.get("op").asString(), query.limit(op.get("limit").asLong()), results(op));
	}

	private static VectorValues values(VectorSpace space, String hex) {
		return VectorValues.ofStored(space.elementType(), HexFormat.of().parseHex(hex));
	}

	private static List<String> results(JsonNode op) {
		List<String> results = new ArrayList<>();
		op.get("results").forEach((row) -> results.add(row.get(0).asString() + " " + row.get(2).asString()));
		return results;
	}

	/** Ids and the bits of the distances, as in {@link Search#results()}. */
	static List<String> bits(List<VectorMatch> matches) {
		return matches.stream()
			.map((match) -> match.id() + " " + HexFormat.of().toHexDigits(Double.doubleToRawLongBits(match.distance())))
			.toList();
	}

	record Search(String op, VectorQuery query, List<String> results) {

	}

}
