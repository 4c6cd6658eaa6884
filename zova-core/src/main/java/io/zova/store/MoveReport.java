package io.zova.store;

import java.util.Map;

/**
 * What a split or join has moved.
 *
 * @param store the store that it was moved to or from
 * @param rows how many rows of which kind, such as {@code objects}
 */
public record MoveReport(StoreInfo store, Map<String, Long> rows) {

	public MoveReport {
		rows = Map.copyOf(rows);
	}

}
