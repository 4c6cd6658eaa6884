package io.zova.vector;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Field;
import java.nio.ByteBuffer;

import org.jspecify.annotations.Nullable;

/**
 * Gives direct memory back at once. The JVM does so only when a garbage collection has
 * found a buffer unused, which may be long after a database was closed or a collection
 * has left the memory.
 * <p>
 * The JVM's own way to do it (module {@code jdk.unsupported}, there on every JDK since 9,
 * and no flag needed) is looked up, not linked: where it is missing, the garbage
 * collector does it.
 */
final class DirectMemory {

	private static final @Nullable MethodHandle FREE = find();

	private DirectMemory() {
	}

	/**
	 * Frees the memory of a buffer. Whoever reads or writes it afterwards, through
	 * whatever view, brings the JVM down: the caller must know that nobody does.
	 * @param buffer a buffer as it was allocated, no view of another
	 */
	static void free(ByteBuffer buffer) {
		if (FREE == null) {
			return;
		}
		try {
			FREE.invokeExact(buffer);
		}
		catch (RuntimeException | Error ex) {
			throw ex;
		}
		catch (Throwable ex) {
			throw new IllegalStateException("Direct memory can't be freed", ex);
		}
	}

	private static @Nullable MethodHandle find() {
		try {
			Class<?> unsafe = Class.forName("sun.misc.Unsafe");
			Field instance = unsafe.getDeclaredField("theUnsafe");
			instance.setAccessible(true);
			return MethodHandles.lookup()
				.findVirtual(unsafe, "invokeCleaner", MethodType.methodType(void.class, ByteBuffer.class))
				.bindTo(instance.get(null));
		}
		catch (ReflectiveOperationException | RuntimeException ex) {
			return null;
		}
	}

}
