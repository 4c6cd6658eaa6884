package io.zova.conformance;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;

import io.zova.ZovaStatus;
import io.zova.vector.ElementType;
import io.zova.vector.Metric;
import io.zova.vector.VectorCollection;
import io.zova.vector.VectorCollectionInfo;
import io.zova.vector.VectorEntry;
import io.zova.vector.VectorMatch;
import io.zova.vector.VectorOperations;
import io.zova.vector.VectorQuery;
import io.zova.vector.VectorSpace;
import io.zova.vector.VectorValues;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Puts, deletes and searches vectors of every metric and element type. Distances are
 * compared to the bit, ties included.
 */
final class VectorSteps {

	private static final List<String> COLLECTIONS = List.of("f32 cosine", "f32 l2", "f32 dot", "f16 cosine", "f16 l2",
			"f16 dot", "i8 cosine", "i8 l2", "i8 dot", "f32 cosine", "missing");

	private static final List<String> IDS = List.of("a", "b", "c", "d", "e", "f", "é", "z", "😀", "\uFFFD", "seldom");

	private static final int DIMENSIONS = 5;

	private final TwoEngines engines;

	VectorSteps(TwoEngines engines) {
		this.engines = engines;
	}

	private VectorOperations template() {
		return this.engines.database().vectors();
	}

	private VectorCollection ours(String name) {
		return template().collection(name);
	}

	private JsonNode theirs(String operation, @Nullable Object... arguments) {
		return this.engines.peer().call(operation, arguments);
	}

	void createAll() {
		COLLECTIONS.stream().distinct().forEach(this::create);
	}

	void step() {
		String name = this.engines.chance(0.01) ? "" : this.engines.oneOf(COLLECTIONS);
		int choice = this.engines.random().nextInt(100);
		if (choice < 15) {
			create(name);
		}
		else if (choice < 16) {
			same("delete collection " + name,
					() -> Outcome.deleted(template().delete(name), ZovaStatus.VECTOR_COLLECTION_NOT_FOUND),
					() -> theirs("delete_vector_collection", "name", name));
		}
		else if (choice < 50) {
			put(name);
		}
		else if (choice < 60) {
			delete(name);
		}
		else if (choice < 72) {
			read(name);
		}
		else {
			search(name);
		}
	}

	void question() {
		search(this.engines.oneOf(COLLECTIONS));
	}

	private void create(String name) {
		String element = name.startsWith("f16") ? "f16" : name.startsWith("i8") ? "i8" : "f32";
		String metric = name.endsWith("l2") ? "l2" : name.endsWith("dot") ? "dot" : "cosine";
		if (name.equals("missing")) {
			return;
		}
		same("create collection " + name,
				() -> template().create(name,
						new VectorSpace(DIMENSIONS, Metric.valueOf(metric.toUpperCase(Locale.ROOT)),
								ElementType.valueOf(element.toUpperCase(Locale.ROOT)))),
				() -> theirs("create_vector_collection", "name", name, "dimensions", DIMENSIONS, "metric", metric,
						"element_type", element));
	}

	private void put(String name) {
		if (this.engines.chance(0.5)) {
			String id = id();
			Vector vector = vector(name);
			same("put %s %s into %s".formatted(id, vector.hex(), name), () -> ours(name).put(id, vector.ours()),
					() -> theirs("put_vector", "collection_name", name, "vector_id", id, "values", vector.theirs()));
		}
		else {
			List<String> ids = ids();
			List<Vector> vectors = ids.stream().map((id) -> vector(name)).toList();
			List<Map<String, Object>> theirs = new ArrayList<>();
			for (int i = 0; i < ids.size(); i++) {
				theirs.add(Map.of("id", ids.get(i), "values", vectors.get(i).theirs()));
			}
			same("put %s %s into %s".formatted(ids, vectors.stream().map(Vector::hex).toList(), name), () -> {
				List<VectorEntry> entries = new ArrayList<>();
				for (int i = 0; i < ids.size(); i++) {
					entries.add(new VectorEntry(ids.get(i), vectors.get(i).ours()));
				}
				ours(name).putAll(entries);
			}, () -> theirs("put_vectors", "collection_name", name, "vectors", theirs));
		}
	}

	private void delete(String name) {
		if (this.engines.chance(0.5)) {
			String id = id();
			same("delete %s from %s".formatted(id, name),
					() -> Outcome.deleted(ours(name).delete(id), ZovaStatus.VECTOR_NOT_FOUND),
					() -> theirs("delete_vector", "collection_name", name, "vector_id", id));
		}
		else {
			List<String> ids = ids();
			same("delete %s from %s".formatted(ids, name), () -> ours(name).deleteAll(ids),
					() -> theirs("delete_vectors", "collection_name", name, "vector_ids", ids));
		}
	}

	private void read(String name) {
		String id = id();
		switch (this.engines.random().nextInt(5)) {
			case 0 -> this.engines.same("get %s of %s".formatted(id, name),
					() -> Outcome.text(List.of(HexFormat.of().formatHex(ours(name).get(id).values().toStored()))),
					() -> Outcome.fields(theirs("get_vector", "collection_name", name, "vector_id", id), "hex"));
			case 1 -> this.engines.same("has %s in %s".formatted(id, name), () -> ours(name).exists(id),
					() -> theirs("has_vector", "collection_name", name, "vector_id", id));
			case 2 -> this.engines.same("has collection " + name, () -> template().exists(name),
					() -> theirs("has_vector_collection", "name", name));
			case 3 -> this.engines.same("info of " + name, () -> text(template().info(name)),
					() -> Outcome.fields(theirs("vector_collection_info", "name", name), "name", "dimensions", "metric",
							"element_type", "vector_count"));
			default -> this.engines.same("collections",
					() -> template().list().stream().map(VectorSteps::text).toList().toString(),
					() -> Outcome.eachFields(theirs("list_vector_collections"), "name", "dimensions", "metric",
							"element_type", "vector_count"));
		}
	}

	private void search(String name) {
		boolean byId = this.engines.chance(0.4);
		boolean in = this.engines.chance(0.4);
		boolean within = this.engines.chance(0.4);
		int limit = this.engines.random().nextInt(8);
		String id = id();
		Vector query = vector(name);
		List<String> candidates = ids();
		double distance = this.engines.oneOf(List.of(0.0, 0.25, 1.0, 3.0, 100.0, -1.0, 1e300));
		List<@Nullable Object> arguments = new ArrayList<>(List.of("collection_name", name));
		arguments.addAll(byId ? List.of("source_vector_id", id) : List.of("query", query.theirs()));
		if (in) {
			arguments.addAll(List.of("candidate_ids", candidates));
		}
		if (within) {
			arguments.addAll(List.of("max_distance", distance));
		}
		arguments.addAll(List.of("limit", limit));
		String operation = "search_vectors" + (byId ? "_by_id" : "") + (in ? "_in" : "") + (within ? "_within" : "");
		this.engines.same(operation + " " + arguments, () -> {
			VectorQuery ours = byId ? VectorQuery.nearId(id) : VectorQuery.near(query.ours());
			ours = in ? ours.candidates(candidates) : ours;
			ours = within ? ours.within(distance) : ours;
			return ours(name).search(ours.limit(limit)).stream().map(VectorSteps::text).toList().toString();
		}, () -> Outcome.eachFields(theirs(operation, arguments.toArray()), "id", "bits"));
	}

	private static String text(VectorMatch match) {
		return Outcome.text(List.of(match.id(), "%016x".formatted(Double.doubleToRawLongBits(match.distance()))));
	}

	private static String text(VectorCollectionInfo info) {
		VectorSpace space = info.space();
		return Outcome.text(List.of(info.name(), space.dimensions(), space.metric().name().toLowerCase(Locale.ROOT),
				space.elementType().name().toLowerCase(Locale.ROOT), info.count()));
	}

	private void same(String what, Runnable ourCall, Callable<JsonNode> theirCall) {
		this.engines.same(what, () -> {
			ourCall.run();
			return null;
		}, theirCall);
	}

	private String id() {
		return this.engines.chance(0.01) ? "" : this.engines.oneOf(IDS);
	}

	private List<String> ids() {
		List<String> ids = new ArrayList<>();
		int count = this.engines.random().nextInt(6);
		for (int i = 0; i < count; i++) {
			ids.add(id());
		}
		return ids;
	}

	/**
	 * Mostly as the collection wants it, sometimes of another length or element type.
	 */
	private Vector vector(String collection) {
		Random random = this.engines.random();
		String type = collection.startsWith("f16") ? "f16" : collection.startsWith("i8") ? "i8" : "f32";
		type = this.engines.chance(0.02) ? "i8" : type;
		int dimensions = this.engines.chance(0.02) ? DIMENSIONS - 1 : DIMENSIONS;
		boolean zero = this.engines.chance(0.02);
		ByteBuffer stored = ByteBuffer.allocate(4 * dimensions).order(ByteOrder.LITTLE_ENDIAN);
		for (int i = 0; i < dimensions; i++) {
			switch (type) {
				case "f32" -> stored.putFloat(zero ? 0 : single(random));
				case "f16" -> stored.putShort(zero ? 0 : half(random));
				default -> stored.put(zero ? 0 : (byte) random.nextInt(random.nextBoolean() ? 3 : 256));
			}
		}
		byte[] bytes = new byte[stored.position()];
		stored.flip().get(bytes);
		return new Vector(type, bytes);
	}

	/** Small whole numbers so that distances tie, and now and then an extreme. */
	private static float single(Random random) {
		return switch (random.nextInt(40)) {
			case 0 -> -0.0f;
			case 1 -> Float.MIN_VALUE;
			case 2 -> 1e19f;
			case 3 -> (random.nextInt(5) == 0) ? Float.NaN : 1;
			default -> random.nextBoolean() ? random.nextInt(3) - 1 : random.nextFloat() * 2 - 1;
		};
	}

	private static short half(Random random) {
		return (random.nextInt(100) == 0) ? (short) random.nextInt(1 << 16) : (short) ((random.nextInt(2) << 15)
				| ((8 + random.nextInt(8)) << 10) | (random.nextBoolean() ? 0 : random.nextInt(1024)));
	}

	/**
	 * Elements as they are stored.
	 */
	private record Vector(String type, byte[] bytes) {

		VectorValues ours() {
			return VectorValues.ofStored(ElementType.valueOf(this.type.toUpperCase(Locale.ROOT)), this.bytes);
		}

		Map<String, String> theirs() {
			return Map.of(this.type, hex());
		}

		String hex() {
			return HexFormat.of().formatHex(this.bytes);
		}

	}

}
