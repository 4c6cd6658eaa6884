package io.zova.conformance;

import java.util.Collection;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;

import io.zova.ZovaException;
import io.zova.ZovaStatus;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.jdbc.BadSqlGrammarException;

/**
 * What a call came to, as text that is the same for both engines if and only if they
 * agree: the value to the bit, or the status of the error.
 */
final class Outcome {

	/** Larger numbers come as text through JSON. */
	private static final long EXACT = 1L << 53;

	private Outcome() {
	}

	static String of(Callable<? extends @Nullable Object> call) {
		try {
			return text(call.call());
		}
		catch (PeerException ex) {
			return ex.status();
		}
		catch (ZovaException ex) {
			return ex.status().nativeName();
		}
		catch (DataIntegrityViolationException ex) {
			return "ZOVA_CONSTRAINT";
		}
		catch (BadSqlGrammarException ex) {
			return "ZOVA_SQLITE_ERROR";
		}
		catch (Exception ex) {
			return "unexpected: " + ex;
		}
	}

	/**
	 * Where there is nothing to delete the real engine fails and ours says so: we fail
	 * alike for the comparison.
	 */
	static void deleted(boolean wasThere, ZovaStatus missing) {
		if (!wasThere) {
			throw new ZovaException(missing, "There was nothing to delete");
		}
	}

	/**
	 * Our values, and those of the other engine once taken out of their JSON.
	 */
	static String text(@Nullable Object value) {
		if (value instanceof Optional<?> optional) {
			return text(optional.orElse(null));
		}
		if (value instanceof byte[] bytes) {
			return "x'" + HexFormat.of().formatHex(bytes) + "'";
		}
		if (value instanceof Double number) {
			return "r%016x".formatted(Double.doubleToRawLongBits(number));
		}
		if (value instanceof Long number && Math.abs(number) > EXACT) {
			return text(number.toString());
		}
		if (value instanceof String string) {
			return "'" + string + "'";
		}
		if (value instanceof Collection<?> list) {
			return list.stream().map(Outcome::text).toList().toString();
		}
		if (value instanceof JsonNode node) {
			return json(node);
		}
		return String.valueOf(value);
	}

	private static String json(JsonNode node) {
		if (node.isNull() || node.isMissingNode()) {
			return "null";
		}
		if (node.isArray()) {
			return node.valueStream().map(Outcome::json).toList().toString();
		}
		if (node.isString()) {
			return text(node.asString());
		}
		if (node.isObject()) {
			return object(node);
		}
		return node.asString();
	}

	/** Cells of SQL, bytes and distances; other objects field by field. */
	private static String object(JsonNode node) {
		String type = node.path("type").asString("");
		return switch (type) {
			case "null" -> "null";
			case "int" -> text(Long.valueOf(node.path("value").asString()));
			case "real" -> "r" + node.path("bits").asString();
			case "text" -> text(node.path("value").asString());
			case "blob" -> "x'" + node.path("hex").asString() + "'";
			default -> node.has("hex") && node.size() == 1 ? "x'" + node.path("hex").asString() + "'"
					: node.propertyStream().map(Map.Entry::getValue).map(Outcome::json).toList().toString();
		};
	}

	/**
	 * Picks fields of an answer in an order of one's own.
	 */
	static String fields(JsonNode node, String... names) {
		return java.util.Arrays.stream(names).map((name) -> json(node.path(name))).toList().toString();
	}

	static String eachFields(JsonNode list, String... names) {
		return list.valueStream().map((node) -> fields(node, names)).toList().toString();
	}

}
