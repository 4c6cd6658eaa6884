package io.zova.kv;

import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.function.Function;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * Goes through a range of keys page by page. Each page begins after the last key seen, so
 * nothing is seen twice, whatever happens in between.
 *
 * @param <T> what each row gives
 */
final class KeyPages<T> implements Iterator<T> {

	/** Values may be large: fewer of them are held at once than of keys. */
	static final int ENTRIES_PER_PAGE = 128;

	static final int KEYS_PER_PAGE = 512;

	private final Function<KeyRange, List<T>> reader;

	private final Function<T, byte[]> keys;

	private final int pageSize;

	private KeyRange rest;

	private Iterator<T> page = List.<T>of().iterator();

	KeyPages(KeyRange range, int pageSize, Function<KeyRange, List<T>> reader, Function<T, byte[]> keys) {
		this.rest = range;
		this.pageSize = pageSize;
		this.reader = reader;
		this.keys = keys;
	}

	/**
	 * Streams entries page by page.
	 * @param range which keys
	 * @param reader reads a page
	 * @return the stream; there is nothing to close
	 */
	static Stream<KeyValue> stream(KeyRange range, Function<KeyRange, List<KeyValue>> reader) {
		KeyPages<KeyValue> pages = new KeyPages<>(range, ENTRIES_PER_PAGE, reader, KeyValue::key);
		return StreamSupport.stream(Spliterators.spliteratorUnknownSize(pages,
				Spliterator.ORDERED | Spliterator.DISTINCT | Spliterator.NONNULL), false);
	}

	@Override
	public boolean hasNext() {
		if (!this.page.hasNext() && this.rest.limit() > 0) {
			nextPage();
		}
		return this.page.hasNext();
	}

	private void nextPage() {
		long size = Math.min(this.rest.limit(), this.pageSize);
		List<T> rows = this.reader.apply(this.rest.limit(size));
		this.page = rows.iterator();
		this.rest = (rows.size() < size) ? this.rest.limit(0)
				: this.rest.after(this.keys.apply(rows.get(rows.size() - 1))).limit(this.rest.limit() - size);
	}

	@Override
	public T next() {
		if (!hasNext()) {
			throw new NoSuchElementException("No key is left");
		}
		return this.page.next();
	}

}
