package io.zova.maintenance.pages;

import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * A row as it lies in a page.
 *
 * @param page the page
 * @param index its place in the page
 * @param rowid its rowid, 0 in an index
 * @param values its values: {@code null}, {@code Long}, {@code Double},
 * {@link StoredText} or {@code byte[]}
 * @param overflow the pages that it goes on in
 */
public record Cell(long page, int index, long rowid, List<@Nullable Object> values, List<Long> overflow) {

	/**
	 * A text in the encoding of the file, which need not be valid.
	 *
	 * @param bytes its bytes
	 * @param text what it says
	 */
	public record StoredText(byte[] bytes, String text) {

		@Override
		public String toString() {
			return this.text;
		}

	}

}
