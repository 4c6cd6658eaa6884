package io.zova.object;

import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Spliterator;

/**
 * Goes through all objects, a page at a time.
 */
final class ObjectPages implements Iterator<ObjectInfo> {

	static final int TRAITS = Spliterator.ORDERED | Spliterator.DISTINCT | Spliterator.NONNULL;

	private static final int PAGE = 500;

	private final ObjectOperations objects;

	private List<ObjectInfo> page;

	private int next;

	ObjectPages(ObjectOperations objects) {
		this.objects = objects;
		this.page = objects.list(null, PAGE);
	}

	@Override
	public boolean hasNext() {
		if (this.next == PAGE) {
			this.page = this.objects.list(this.page.get(PAGE - 1).id(), PAGE);
			this.next = 0;
		}
		return this.next < this.page.size();
	}

	@Override
	public ObjectInfo next() {
		if (!hasNext()) {
			throw new NoSuchElementException();
		}
		return this.page.get(this.next++);
	}

}
