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

import io.zova.sqlite.SqlAccess;
import io.zova.sqlite.ZovaConnection;
import io.zova.transaction.TransactionListener;

import org.springframework.transaction.IllegalTransactionStateException;

/**
 * Streams that read page by page inside the transaction of their caller.
 */
final class GraphStreams {

	private static final String TASK = "Looking for a transaction";

	private GraphStreams() {
	}

	/**
	 * Streams the elements of all pages.
	 * @param <P> the type of a page
	 * @param <T> the type of an element
	 * @param sql where the transaction has to be open
	 * @param first the first page is the one after this
	 * @param pages gives the page after another
	 * @param elements the elements of a page; none ends the stream
	 * @return the stream
	 */
	static <P, T> Stream<T> of(SqlAccess sql, P first, UnaryOperator<P> pages, Function<P, List<T>> elements) {
		Iterator<T> iterator = new PageIterator<>(new Opened(sql), first, pages, elements);
		return StreamSupport
			.stream(Spliterators.spliteratorUnknownSize(iterator, Spliterator.ORDERED | Spliterator.NONNULL), false);
	}

	/**
	 * The transaction that a stream was made in: the one that knows this object.
	 */
	private static final class Opened implements TransactionListener {

		private final SqlAccess sql;

		Opened(SqlAccess sql) {
			this.sql = sql;
			boolean open = sql.read(TASK, (connection) -> !connection.getAutoCommit()
					&& connection.unwrap(ZovaConnection.class).listeners().get(this, () -> this) == this);
			if (!open) {
				throw new IllegalTransactionStateException("A stream of a graph's rows is read inside a transaction: "
						+ "open one around the whole use of the stream, or read pages with scan");
			}
		}

		void require() {
			boolean open = this.sql.read(TASK,
					(connection) -> connection.unwrap(ZovaConnection.class).listeners().find(this) == this);
			if (!open) {
				throw new IllegalTransactionStateException("The transaction in which this stream of a graph's rows "
						+ "was made has ended or is suspended: use the stream up before");
			}
		}

	}

	/**
	 * Goes through the elements of one page after another.
	 */
	private static final class PageIterator<P, T> implements Iterator<T> {

		private final Opened transaction;

		private final UnaryOperator<P> pages;

		private final Function<P, List<T>> elements;

		private P page;

		private Iterator<T> current = List.<T>of().iterator();

		private boolean ended;

		PageIterator(Opened transaction, P first, UnaryOperator<P> pages, Function<P, List<T>> elements) {
			this.transaction = transaction;
			this.page = first;
			this.pages = pages;
			this.elements = elements;
		}

		@Override
		public boolean hasNext() {
			if (!this.current.hasNext() && !this.ended) {
				this.transaction.require();
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
