package io.zova.kv;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Comparator;
import java.util.UUID;
import java.util.function.BiFunction;
import java.util.function.Function;

import io.zova.Arguments;

/**
 * The codecs that most maps need.
 */
public final class Codecs {

	private static final OrderedCodec<byte[]> BYTES = ordered(Function.identity(), Function.identity(),
			Arrays::compareUnsigned);

	private static final OrderedCodec<String> UTF8 = ordered(Codecs::utf8Bytes, Codecs::utf8Text,
			Codecs::compareCodePoints);

	private static final OrderedCodec<Integer> INT32 = ordered(
			(value) -> ByteBuffer.allocate(4).putInt(value ^ Integer.MIN_VALUE).array(),
			(bytes) -> sized(bytes, 4, "a number of 32 bits").getInt() ^ Integer.MIN_VALUE, Comparator.naturalOrder());

	private static final OrderedCodec<Long> INT64 = ordered((value) -> int64Bytes(value),
			(bytes) -> int64Value(sized(bytes, 8, "a number of 64 bits").getLong()), Comparator.naturalOrder());

	private static final OrderedCodec<Double> FLOAT64 = ordered(Codecs::doubleBytes, Codecs::doubleValue,
			Comparator.naturalOrder());

	private static final OrderedCodec<UUID> UUIDS = ordered(
			(uuid) -> ByteBuffer.allocate(16)
				.putLong(uuid.getMostSignificantBits())
				.putLong(uuid.getLeastSignificantBits())
				.array(),
			Codecs::uuidValue, Comparator.comparing(UUID::getMostSignificantBits, Long::compareUnsigned)
				.thenComparing(UUID::getLeastSignificantBits, Long::compareUnsigned));

	private static final OrderedCodec<Instant> INSTANT = ordered((instant) -> ByteBuffer.allocate(12)
		.putLong(instant.getEpochSecond() ^ Long.MIN_VALUE)
		.putInt(instant.getNano())
		.array(), Codecs::instantValue, Comparator.naturalOrder());

	private static final Codec<Boolean> BOOLEAN = of((value) -> new byte[] { (byte) (value ? 1 : 0) },
			(bytes) -> sized(bytes, 1, "a truth value").get() != 0);

	private Codecs() {
	}

	/**
	 * Bytes as they are, without a copy. As keys of a {@link java.util.Map} they have the
	 * drawback that arrays are equal only to themselves.
	 * @return the codec
	 */
	public static OrderedCodec<byte[]> bytes() {
		return BYTES;
	}

	/**
	 * Text in UTF-8. The order is that of code points, which differs from
	 * {@link String#compareTo} for characters outside the basic plane. Half a surrogate
	 * pair is refused.
	 * @return the codec
	 */
	public static OrderedCodec<String> utf8() {
		return UTF8;
	}

	/**
	 * Numbers of 32 bits: big-endian with the sign inverted, so that they are in order.
	 * @return the codec
	 */
	public static OrderedCodec<Integer> int32() {
		return INT32;
	}

	/**
	 * Numbers of 64 bits: big-endian with the sign inverted, so that they are in order.
	 * @return the codec
	 */
	public static OrderedCodec<Long> int64() {
		return INT64;
	}

	/**
	 * Floating point numbers of 64 bits, in the order of {@link Double#compareTo}. All
	 * NaN become one.
	 * @return the codec
	 */
	public static OrderedCodec<Double> float64() {
		return FLOAT64;
	}

	/**
	 * UUIDs as 16 bytes. The order is that of their text, which differs from
	 * {@link UUID#compareTo}.
	 * @return the codec
	 */
	public static OrderedCodec<UUID> uuid() {
		return UUIDS;
	}

	/**
	 * Instants as 12 bytes: seconds and nanoseconds.
	 * @return the codec
	 */
	public static OrderedCodec<Instant> instant() {
		return INSTANT;
	}

	/**
	 * Truth values as one byte.
	 * @return the codec
	 */
	public static Codec<Boolean> bool() {
		return BOOLEAN;
	}

	/**
	 * The constants of an enum by their names, so that their order in the source does not
	 * matter.
	 * @param <E> the enum
	 * @param type the enum
	 * @return the codec
	 */
	public static <E extends Enum<E>> Codec<E> enumName(Class<E> type) {
		Arguments.required("type", type);
		return of((value) -> utf8Bytes(value.name()), (bytes) -> Enum.valueOf(type, utf8Text(bytes)));
	}

	/**
	 * Objects as JSON, by any library. With a {@code JsonMapper} of Jackson:
	 * <pre>{@code Codecs.json(Article.class, mapper::writeValueAsBytes, mapper::readValue)}</pre>
	 * @param <T> the type of the objects
	 * @param type the type of the objects
	 * @param writer turns an object into JSON
	 * @param reader turns JSON into an object of the type
	 * @return the codec
	 */
	public static <T> Codec<T> json(Class<T> type, Function<? super T, byte[]> writer,
			BiFunction<byte[], Class<T>, ? extends T> reader) {
		Arguments.required("type", type);
		Arguments.required("writer", writer);
		Arguments.required("reader", reader);
		return of(writer, (bytes) -> reader.apply(bytes, type));
	}

	/**
	 * A codec of two functions.
	 * @param <T> the type of the values
	 * @param encoder turns a value into bytes
	 * @param decoder turns bytes into a value
	 * @return the codec
	 */
	public static <T> Codec<T> of(Function<? super T, byte[]> encoder, Function<byte[], ? extends T> decoder) {
		Arguments.required("encoder", encoder);
		Arguments.required("decoder", decoder);
		return new FunctionCodec<>(encoder, decoder);
	}

	/**
	 * A codec of two functions that keeps an order.
	 * @param <T> the type of the values
	 * @param encoder turns a value into bytes
	 * @param decoder turns bytes into a value
	 * @param order the order of the values, which must be that of their bytes as unsigned
	 * numbers
	 * @return the codec
	 */
	public static <T> OrderedCodec<T> ordered(Function<? super T, byte[]> encoder,
			Function<byte[], ? extends T> decoder, Comparator<? super T> order) {
		Arguments.required("encoder", encoder);
		Arguments.required("decoder", decoder);
		Arguments.required("order", order);
		return new OrderedFunctionCodec<>(encoder, decoder, order);
	}

	private static byte[] utf8Bytes(String text) {
		if (text.chars().noneMatch((c) -> Character.isSurrogate((char) c))) {
			return text.getBytes(StandardCharsets.UTF_8);
		}
		try {
			ByteBuffer bytes = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
			return Arrays.copyOfRange(bytes.array(), bytes.arrayOffset(), bytes.limit());
		}
		catch (CharacterCodingException ex) {
			throw new IllegalArgumentException("The text holds half a surrogate pair, which UTF-8 cannot express", ex);
		}
	}

	private static String utf8Text(byte[] bytes) {
		try {
			return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
		}
		catch (CharacterCodingException ex) {
			throw new IllegalArgumentException(bytes.length + " bytes are stored that are not text in UTF-8", ex);
		}
	}

	private static int compareCodePoints(String one, String other) {
		int length = Math.min(one.length(), other.length());
		for (int i = 0; i < length; i++) {
			char a = one.charAt(i);
			char b = other.charAt(i);
			if (a != b) {
				// Surrogates stand for code points above all others.
				boolean aHigh = Character.isSurrogate(a);
				boolean bHigh = Character.isSurrogate(b);
				return (aHigh == bHigh) ? Character.compare(a, b) : (aHigh ? 1 : -1);
			}
		}
		return Integer.compare(one.length(), other.length());
	}

	private static byte[] int64Bytes(long value) {
		return ByteBuffer.allocate(8).putLong(value ^ Long.MIN_VALUE).array();
	}

	private static long int64Value(long stored) {
		return stored ^ Long.MIN_VALUE;
	}

	/** Negative numbers have all bits inverted, so that larger ones come first. */
	private static byte[] doubleBytes(double value) {
		long bits = Double.doubleToLongBits(value);
		return ByteBuffer.allocate(8).putLong((bits < 0) ? ~bits : bits ^ Long.MIN_VALUE).array();
	}

	private static double doubleValue(byte[] bytes) {
		long stored = sized(bytes, 8, "a floating point number of 64 bits").getLong();
		return Double.longBitsToDouble((stored < 0) ? stored ^ Long.MIN_VALUE : ~stored);
	}

	private static UUID uuidValue(byte[] bytes) {
		ByteBuffer buffer = sized(bytes, 16, "a UUID");
		return new UUID(buffer.getLong(), buffer.getLong());
	}

	private static Instant instantValue(byte[] bytes) {
		ByteBuffer buffer = sized(bytes, 12, "an instant");
		return Instant.ofEpochSecond(int64Value(buffer.getLong()), buffer.getInt());
	}

	private static ByteBuffer sized(byte[] bytes, int size, String what) {
		if (bytes.length != size) {
			throw new IllegalArgumentException(
					bytes.length + " bytes are stored where " + what + " has " + size + ": was another codec used?");
		}
		return ByteBuffer.wrap(bytes);
	}

	/**
	 * A codec of two functions.
	 *
	 * @param <T> the type of the values
	 */
	private static class FunctionCodec<T> implements Codec<T> {

		private final Function<? super T, byte[]> encoder;

		private final Function<byte[], ? extends T> decoder;

		FunctionCodec(Function<? super T, byte[]> encoder, Function<byte[], ? extends T> decoder) {
			this.encoder = encoder;
			this.decoder = decoder;
		}

		@Override
		public byte[] encode(T value) {
			return this.encoder.apply(value);
		}

		@Override
		public T decode(byte[] bytes) {
			return this.decoder.apply(bytes);
		}

	}

	/**
	 * A codec of two functions that keeps an order.
	 *
	 * @param <T> the type of the values
	 */
	private static final class OrderedFunctionCodec<T> extends FunctionCodec<T> implements OrderedCodec<T> {

		private final Comparator<? super T> order;

		OrderedFunctionCodec(Function<? super T, byte[]> encoder, Function<byte[], ? extends T> decoder,
				Comparator<? super T> order) {
			super(encoder, decoder);
			this.order = order;
		}

		@Override
		public Comparator<? super T> order() {
			return this.order;
		}

	}

}
