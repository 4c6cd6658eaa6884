package io.zova.vector;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Field;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * Memory outside the heap that is given back as a whole at a known time. A buffer's
 * memory is otherwise free only when a garbage collection has found the buffer unused,
 * which may be long after a database was closed or a collection has left the memory.
 * <p>
 * Java 22 and later have arenas for that. Earlier ones have a method of module
 * {@code jdk.unsupported}, which later ones have, too, but warn of. Both are looked up,
 * not linked, as the classes are for Java 17, and neither needs a flag.
 */
abstract class DirectMemory implements AutoCloseable {

	/** A cache line: no vector instruction that begins with a buffer reads two. */
	private static final int ALIGNMENT = 64;

	private static final @Nullable Arenas ARENAS = Arenas.find();

	/** Creates it without memory. */
	static DirectMemory create() {
		Arenas arenas = ARENAS;
		return (arenas != null) ? new ArenaMemory(arenas) : new BufferMemory();
	}

	/** New memory, all zero. Any thread may ask. */
	abstract ByteBuffer allocate(int bytes);

	/**
	 * Gives all of the memory back. The caller must know that nobody reads or writes it
	 * any more, through whatever view: before Java 22 that would bring the JVM down.
	 */
	@Override
	public abstract void close();

	private static IllegalStateException failed(Throwable cause) {
		return new IllegalStateException("Memory outside the heap can't be had or given back", cause);
	}

	/**
	 * What can be done with arenas, which no class of Java 17 can name.
	 *
	 * @param open makes one
	 * @param allocate gets memory from one, given the size and the alignment
	 */
	private record Arenas(MethodHandle open, MethodHandle allocate) {

		static @Nullable Arenas find() {
			try {
				Class<?> arena = Class.forName("java.lang.foreign.Arena");
				Class<?> segment = Class.forName("java.lang.foreign.MemorySegment");
				MethodHandles.Lookup lookup = MethodHandles.publicLookup();
				MethodHandle open = lookup.findStatic(arena, "ofShared", MethodType.methodType(arena));
				MethodHandle allocate = lookup.findVirtual(arena, "allocate",
						MethodType.methodType(segment, long.class, long.class));
				MethodHandle asBuffer = lookup.findVirtual(segment, "asByteBuffer",
						MethodType.methodType(ByteBuffer.class));
				return new Arenas(open.asType(MethodType.methodType(AutoCloseable.class)), MethodHandles
					.filterReturnValue(allocate, asBuffer)
					.asType(MethodType.methodType(ByteBuffer.class, AutoCloseable.class, long.class, long.class)));
			}
			catch (ReflectiveOperationException ex) {
				// An earlier Java: some have the classes as a preview, without these
				// methods.
				return null;
			}
		}

	}

	/**
	 * By an arena.
	 */
	private static final class ArenaMemory extends DirectMemory {

		private final Arenas arenas;

		private final AutoCloseable arena;

		ArenaMemory(Arenas arenas) {
			this.arenas = arenas;
			try {
				this.arena = (AutoCloseable) arenas.open().invokeExact();
			}
			catch (Error ex) {
				throw ex;
			}
			catch (Throwable ex) {
				throw failed(ex);
			}
		}

		@Override
		ByteBuffer allocate(int bytes) {
			try {
				return (ByteBuffer) this.arenas.allocate().invokeExact(this.arena, (long) bytes, (long) ALIGNMENT);
			}
			catch (Error ex) {
				throw ex;
			}
			catch (Throwable ex) {
				throw failed(ex);
			}
		}

		@Override
		public void close() {
			try {
				this.arena.close();
			}
			catch (Exception ex) {
				throw failed(ex);
			}
		}

	}

	/**
	 * By buffers of their own, whose memory is given back before the garbage collector
	 * would do it, or by the garbage collector if this JVM has no other way.
	 */
	private static final class BufferMemory extends DirectMemory {

		private static final @Nullable MethodHandle FREE = find();

		private final List<ByteBuffer> buffers = new ArrayList<>();

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

		@Override
		ByteBuffer allocate(int bytes) {
			ByteBuffer buffer = ByteBuffer.allocateDirect(bytes + ALIGNMENT);
			synchronized (this.buffers) {
				this.buffers.add(buffer);
			}
			return buffer.alignedSlice(ALIGNMENT);
		}

		@Override
		public void close() {
			try {
				for (ByteBuffer buffer : this.buffers) {
					if (FREE != null) {
						FREE.invokeExact(buffer);
					}
				}
				this.buffers.clear();
			}
			catch (Error ex) {
				throw ex;
			}
			catch (Throwable ex) {
				throw failed(ex);
			}
		}

	}

}
