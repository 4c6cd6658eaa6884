package io.zova.object;

/**
 * Cuts where a rolling fingerprint of the content says so, so that an insertion moves the
 * chunks around it and no others.
 * <p>
 * Implementation note. A gear hash in the manner of FastCDC (Xia et al., USENIX ATC
 * 2016): each byte shifts the fingerprint by one and adds a random word, so a byte is
 * forgotten as soon as it has been shifted past the highest bit that a mask looks at. The
 * first {@value #MIN} bytes of a chunk are skipped unseen. Up to {@value #NORMAL} bytes a
 * strict mask makes cuts rare, beyond it a loose one makes them likely, and {@value #MAX}
 * bytes end a chunk anyway. Cost: one table look-up, a shift, an addition and a test for
 * about four fifths of the bytes.
 * <p>
 * The words and masks are part of the file format: chunks are shared with every other
 * library only as long as all cut alike.
 */
final class FastCdcChunker implements Chunker {

	static final int MIN = 2_048;

	static final int NORMAL = 8_192;

	static final int MAX = 65_536;

	private static final long STRICT_MASK = 0x0003590703530000L;

	private static final long LOOSE_MASK = 0x0000d90003530000L;

	private static final long[] GEAR = gear();

	private int scanned = MIN;

	private long fingerprint;

	@Override
	public int cut(byte[] bytes, int from, int available, boolean last) {
		int limit = Math.min(available, MAX);
		int length = scan(bytes, from, Math.min(limit, NORMAL), STRICT_MASK);
		if (length == 0) {
			length = scan(bytes, from, limit, LOOSE_MASK);
		}
		if (length == 0 && (limit == MAX || last)) {
			length = limit;
		}
		if (length != 0) {
			this.scanned = MIN;
			this.fingerprint = 0;
		}
		return length;
	}

	private int scan(byte[] bytes, int from, int limit, long mask) {
		long print = this.fingerprint;
		long[] gear = GEAR;
		int end = from + limit;
		int position = from + this.scanned;
		// Two bytes at a time: the sum of their words does not wait for the fingerprint.
		for (; position < end - 1; position += 2) {
			long first = gear[bytes[position] & 0xff];
			long both = (first << 1) + gear[bytes[position + 1] & 0xff];
			if (((print << 1) + first & mask) == 0) {
				return position - from + 1;
			}
			print = (print << 2) + both;
			if ((print & mask) == 0) {
				return position - from + 2;
			}
		}
		if (position < end) {
			print = (print << 1) + gear[bytes[position] & 0xff];
			if ((print & mask) == 0) {
				return position - from + 1;
			}
		}
		this.fingerprint = print;
		this.scanned = Math.max(this.scanned, limit);
		return 0;
	}

	/**
	 * The random words: SplitMix64 from a start value that every Zova library uses.
	 * @return a word for each value of a byte
	 */
	static long[] gear() {
		long[] gear = new long[256];
		long state = 0x5a4f56415f464344L;
		for (int value = 0; value < gear.length; value++) {
			state += 0x9e3779b97f4a7c15L;
			long mixed = state;
			mixed = (mixed ^ (mixed >>> 30)) * 0xbf58476d1ce4e5b9L;
			mixed = (mixed ^ (mixed >>> 27)) * 0x94d049bb133111ebL;
			gear[value] = mixed ^ (mixed >>> 31);
		}
		return gear;
	}

}
