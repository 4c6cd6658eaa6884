package io.zova.graph;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import io.zova.ZovaDatabase;
import io.zova.sqlite.file.Topic;
import io.zova.sqlite.ZovaConnection;

/**
 * Reads graphs into memory for tests, which don't want to ask until that pays.
 */
public final class GraphsInMemory {

	private static final int PATIENCE_SECONDS = 10;

	private GraphsInMemory() {
	}

	/**
	 * Reads a graph in both directions, as far as it is not in memory as the calling
	 * thread sees it. One that does not fit, or is being changed, stays outside.
	 */
	public static void read(ZovaDatabase database, String graph) {
		for (Direction direction : Direction.values()) {
			read(database, graph, direction);
		}
	}

	static void read(ZovaDatabase database, String graph, Direction direction) {
		GraphMemory memory = database.graphs().memory();
		boolean wanted = database.sql().read("Looking for a graph in memory", (connection) -> {
			ZovaConnection own = connection.unwrap(ZovaConnection.class);
			return !own.inWritingTransaction() && own.history().version(Topic.GRAPHS) != 0
					&& memory.find(connection, graph, direction) == null;
		});
		if (!wanted) {
			return;
		}
		try {
			CompletableFuture.runAsync(() -> memory.load(graph, direction)).get(PATIENCE_SECONDS, TimeUnit.SECONDS);
		}
		catch (TimeoutException ex) {
			// A writer waits for the calling thread to leave the file, and the graph is
			// read behind that writer. Then the file answers.
		}
		catch (InterruptedException | ExecutionException ex) {
			throw new AssertionError(ex);
		}
	}

}
