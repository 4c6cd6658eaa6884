package io.zova.maintenance.pages;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.BitSet;

/**
 * The pages that nothing is in, as the file says.
 *
 * @param readable whether all of what it says fits together
 * @param pages the pages that it names
 */
record Freelist(boolean readable, BitSet pages) {

	static Freelist of(PageFile file) throws IOException {
		BitSet pages = new BitSet();
		if (!file.headerSound()) {
			return new Freelist(false, pages);
		}
		ByteBuffer header = ByteBuffer.wrap(file.read(1));
		long trunk = header.getInt(32) & 0xffff_ffffL;
		long count = header.getInt(36) & 0xffff_ffffL;
		while (trunk != 0) {
			if (trunk < 2 || trunk > file.pages() || pages.get((int) trunk)) {
				return new Freelist(false, pages);
			}
			pages.set((int) trunk);
			ByteBuffer content = ByteBuffer.wrap(file.read(trunk));
			long leaves = content.getInt(4) & 0xffff_ffffL;
			if (leaves > file.usableSize() / 4 - 2) {
				return new Freelist(false, pages);
			}
			for (int i = 0; i < leaves; i++) {
				long leaf = content.getInt(8 + 4 * i) & 0xffff_ffffL;
				if (leaf < 2 || leaf > file.pages() || pages.get((int) leaf)) {
					return new Freelist(false, pages);
				}
				pages.set((int) leaf);
			}
			trunk = content.getInt(0) & 0xffff_ffffL;
		}
		return new Freelist(pages.cardinality() == count, pages);
	}

}
