package io.zova.kv;

import java.util.Comparator;

/**
 * A codec whose bytes, compared as unsigned numbers, have the order of the values.
 *
 * @param <T> the type of the values
 */
public interface OrderedCodec<T> extends Codec<T> {

	/**
	 * The order of the values, which is also that of their bytes.
	 * @return the order
	 */
	Comparator<? super T> order();

}
