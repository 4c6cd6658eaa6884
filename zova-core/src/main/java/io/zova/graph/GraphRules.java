package io.zova.graph;

import java.util.Locale;

import io.zova.Arguments;
import io.zova.ZovaException;
import io.zova.ZovaStatus;
import org.jspecify.annotations.Nullable;

/**
 * The rules for every name, id, text and number that a caller hands to a graph.
 */
final class GraphRules {

	private static final int MAX_NAME_BYTES = 128;

	private static final int MAX_ID_BYTES = 512;

	private static final long MAX_DEPTH = 0xFFFF_FFFFL;

	private GraphRules() {
	}

	static void graphName(String name) {
		name("graph name", name);
	}

	static void kind(String kind) {
		name("node kind", kind);
	}

	static void edgeType(String type) {
		name("edge type", type);
	}

	static void optionalEdgeType(@Nullable String type) {
		if (type != null) {
			edgeType(type);
		}
	}

	private static void name(String what, String name) {
		required(what, name);
		int length = name.length();
		if (length == 0) {
			throw invalid("The " + what + " is empty: it needs 1 to " + MAX_NAME_BYTES + " characters");
		}
		for (int i = 0; i < length; i++) {
			if (!Arguments.isNameCharacter(name.charAt(i))) {
				throw invalid("The " + what + " " + quoted(name) + " is not valid at position " + i
						+ ": only A-Z, a-z, 0-9, '_', '.', ':' and '-' are allowed");
			}
		}
		if (length > MAX_NAME_BYTES) {
			throw invalid("The " + what + " " + quoted(name) + " has " + length + " characters: at most "
					+ MAX_NAME_BYTES + " are allowed");
		}
		notReserved(what, name);
	}

	static void nodeId(String id) {
		required("node id", id);
		if (id.isEmpty()) {
			throw invalid("The node id is empty: it needs 1 to " + MAX_ID_BYTES + " bytes");
		}
		long bytes = utf8Length("node id", id);
		if (bytes > MAX_ID_BYTES) {
			throw invalid("The node id " + quoted(id) + " has " + bytes + " bytes in UTF-8: at most " + MAX_ID_BYTES
					+ " are allowed");
		}
		notReserved("node id", id);
	}

	static void target(NodeTarget target) {
		if (target.namespace() != null) {
			utf8Length("target namespace", target.namespace());
		}
		if (target.ref() != null) {
			utf8Length("target ref", target.ref());
		}
	}

	/**
	 * Counts the bytes of a text in UTF-8 and refuses what cannot be stored as such.
	 */
	private static long utf8Length(String what, String text) {
		int nul = text.indexOf('\0');
		if (nul >= 0) {
			throw invalid(
					"The " + what + " " + quoted(text) + " holds U+0000 at position " + nul + ": it cannot be stored");
		}
		long bytes = Arguments.utf8Length(text);
		if (bytes < 0) {
			throw invalid("The " + what + " " + quoted(text) + " holds half a surrogate pair at position "
					+ (-1 - bytes) + ": it is not valid Unicode and cannot be stored");
		}
		return bytes;
	}

	private static void notReserved(String what, String value) {
		if (Arguments.isReserved(value)) {
			throw invalid("The " + what + " " + quoted(value) + " begins with '" + Arguments.RESERVED
					+ "', which is reserved; choose another");
		}
	}

	static void node(GraphNode node) {
		nodeId(node.id());
		kind(node.kind());
		target(node.target());
	}

	static void edge(GraphEdge edge) {
		nodeId(edge.from());
		edgeType(edge.type());
		nodeId(edge.to());
	}

	static void nonNull(GraphNode node) {
		required("node", node);
		required("node id", node.id());
		required("node kind", node.kind());
		required("node target", node.target());
		required("target type", node.target().type());
	}

	static void nonNull(GraphEdge edge) {
		required("edge", edge);
		required("node id at the edge's start", edge.from());
		required("edge type", edge.type());
		required("node id at the edge's end", edge.to());
	}

	static void limit(long limit) {
		if (limit < 0) {
			throw invalid("The limit is " + limit + ": it must be 0 or more");
		}
	}

	static void depth(long depth) {
		if (depth < 0 || depth > MAX_DEPTH) {
			throw argument("The depth is " + depth + ": it must be 0 to " + MAX_DEPTH);
		}
	}

	static void key(String what, long key) {
		if (key <= 0) {
			throw argument("The " + what + " key " + key + " is not a key: keys are 1 or more");
		}
	}

	static void cursor(ScanCursor cursor) {
		required("scan cursor", cursor);
		boolean start = cursor.order() == 0 && cursor.key() == 0;
		if (!start && (cursor.order() <= 0 || cursor.key() <= 0)) {
			throw argument("The scan cursor " + cursor
					+ " is none: take ScanCursor.START, or the end that the previous page gave");
		}
	}

	/**
	 * Gives the created order after the highest one there is.
	 */
	static long orderAfter(long highest, long rows) {
		if (highest > Long.MAX_VALUE - rows) {
			throw invalid("The graph has used up its numbers for the order of creation");
		}
		return highest + 1;
	}

	static <T> T required(String what, @Nullable T value) {
		return Arguments.required(what, value);
	}

	/**
	 * The name of a stored edge's type, which only SQL without foreign keys can delete.
	 */
	static String typeName(@Nullable String name) {
		if (name == null) {
			throw invalid("A stored edge has a type that is not there: something other than Zova has deleted it, "
					+ "with foreign keys off");
		}
		return name;
	}

	static ZovaException argument(String message) {
		return new ZovaException(ZovaStatus.INVALID_ARGUMENT, message);
	}

	static ZovaException invalid(String message) {
		return new ZovaException(ZovaStatus.GRAPH_INVALID, message);
	}

	static ZovaException noGraph(String name) {
		return new ZovaException(ZovaStatus.GRAPH_NOT_FOUND,
				"There is no graph " + quoted(name) + "; create it before use");
	}

	static ZovaException noNode(String graph, String id) {
		return new ZovaException(ZovaStatus.GRAPH_NODE_NOT_FOUND,
				"The graph " + quoted(graph) + " has no node " + quoted(id) + ", or does not exist");
	}

	static ZovaException noNode(String graph, long key) {
		return new ZovaException(ZovaStatus.GRAPH_NODE_NOT_FOUND,
				"The graph " + quoted(graph) + " has no node with the key " + key);
	}

	static ZovaException noEdge(String graph, GraphEdge edge) {
		return new ZovaException(ZovaStatus.GRAPH_EDGE_NOT_FOUND, "The graph " + quoted(graph) + " has no edge from "
				+ quoted(edge.from()) + " to " + quoted(edge.to()) + " of type " + quoted(edge.type()));
	}

	static ZovaException noEdge(String graph, long key) {
		return new ZovaException(ZovaStatus.GRAPH_EDGE_NOT_FOUND,
				"The graph " + quoted(graph) + " has no edge with the key " + key);
	}

	/**
	 * A value as messages show it: short, on one line, nothing invisible.
	 */
	static String quoted(String value) {
		StringBuilder out = new StringBuilder("'");
		int end = Math.min(value.length(), 60);
		for (int i = 0; i < end; i++) {
			char c = value.charAt(i);
			if (c < ' ' || Character.isSurrogate(c)) {
				out.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
			}
			else {
				out.append(c);
			}
		}
		return out.append((end < value.length()) ? "...'" : "'").toString();
	}

}
