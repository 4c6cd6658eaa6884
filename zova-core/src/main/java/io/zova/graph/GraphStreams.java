package io.zova.graph;

import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

import org.springframework.transaction.IllegalTransactionStateException;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * Streams that read page by page inside the transaction of their caller.
 */
final class GraphStreams {

	private GraphStreams() {
	}

	/**
	 * Streams the elements of all pages.
	 * @param <P> the type of a page
	 * @param <T> the type of an element
	 * @param first the first page is the one after this
	 * @param pages gives the page after another
	 * @param elements the elements of a page; none ends the stream
	 * @return the stream
	 */
	static <P, T> Stream<T> of(P first, UnaryOperator<P> pages, Function<P, List<T>> elements) {
		requireTransaction();
		Iterator<T> iterator = new PageIterator<>(first, pages, elements);
		return StreamSupport
			.stream(Spliterators.spliteratorUnknownSize(iterator, Spliterator.ORDERED | Spliterator.NONNULL), false);
	}

	private static void requireTransaction() {
		if (!TransactionSynchronizationManager.isActualTransactionActive()) {
			throw new IllegalTransactionStateException("A stream of a graph's rows is read inside a transaction: open "
					+ "one around the whole use of the stream, or read pages with scan");
		}
	}

	/**
	 * Goes through the elements of one page after another.
	 */
	private static final class PageIterator<P, T> implements Iterator<T> {

		private final UnaryOperator<P> pages;

		private final Function<P, List<T>> elements;

		private P page;

		private Iterator<T> current = List.<T>of().iterator();

		private boolean ended;

		PageIterator(P first, UnaryOperator<P> pages, Function<P, List<T>> elements) {
			this.page = first;
			this.pages = pages;
			this.elements = elements;
		}

		@Override
		public boolean hasNext() {
			if (!this.current.hasNext() && !this.ended) {
				requireTransaction();
				this.page = this.pages.apply(this.page);
				this.current = this.elements.apply(this.page).iterator();
				this.ended = !this.current.hasNext();
			}
			return this.current.hasNext();
		}

		@Override
		public T next() {
			if (!hasNext()) {
				throw new NoSuchElementException();
			}
			return this.current.next();
		}

	}

}
