package io.zova.object;

/**
 * Finds where the chunks of one object end. The ends depend on the bytes alone, never on
 * how they arrive, so a chunker remembers what it has looked at: the caller offers the
 * unfinished chunk again, longer, until it is complete.
 */
sealed interface Chunker permits FastCdcChunker, FixedChunker {

	/**
	 * Looks for the end of the chunk that starts at {@code from}. After a chunk was found
	 * the next call is about the one behind it.
	 * @param bytes where the bytes are
	 * @param from where the chunk starts
	 * @param available how many bytes are known from there on, never fewer than at the
	 * last call for the same chunk
	 * @param last whether the object ends behind them
	 * @return the length of the chunk, or 0 if more bytes must be known (or, at the end,
	 * if there is none)
	 */
	int cut(byte[] bytes, int from, int available, boolean last);

}
