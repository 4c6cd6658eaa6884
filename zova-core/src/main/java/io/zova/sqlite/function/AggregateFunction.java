package io.zova.sqlite.function;

import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import io.zova.Arguments;
import io.zova.sqlite.driver.FunctionFlags;

/**
 * A function that makes one value of many rows, as {@code sum} does. It works with
 * {@code OVER} too, wherever the frame only grows; for frames that move, its accumulators
 * have to be {@link Removing}.
 *
 * <pre>{@code
 * AggregateFunction.of("median", 1, Median::new)
 *
 * select city, median(rent) from flat group by city
 * }</pre>
 */
public final class AggregateFunction implements SqlFunction {

	private final String name;

	private final int arguments;

	private final Supplier<? extends Accumulator> accumulators;

	private final FunctionFlags flags;

	private AggregateFunction(String name, int arguments, Supplier<? extends Accumulator> accumulators,
			FunctionFlags flags) {
		this.name = name;
		this.arguments = arguments;
		this.accumulators = accumulators;
		this.flags = flags;
	}

	/**
	 * Defines an aggregate with a fixed number of arguments. Calls with another number
	 * fail when the statement is prepared.
	 * @param name the name: letters, digits and underscores
	 * @param arguments the number of arguments, up to 127
	 * @param accumulators makes what collects the rows of one group
	 * @return the definition
	 * @throws IllegalArgumentException if the name or the number is not allowed
	 */
	public static AggregateFunction of(String name, int arguments, Supplier<? extends Accumulator> accumulators) {
		Arguments.required("name", name);
		Arguments.required("accumulators", accumulators);
		FunctionNames.checkedCount(name, arguments);
		return new AggregateFunction(FunctionNames.checked(name), arguments, accumulators, FunctionFlags.DIRECT_ONLY);
	}

	/**
	 * Lets views and triggers of the application's own file call the function too. Else
	 * it is for statements only, so that a file from elsewhere cannot call it. In a file
	 * that is {@linkplain io.zova.ZovaOptions.Builder#foreignFile opened as foreign} it
	 * stays for statements only. Replaces {@link #innocuous()}.
	 * @return the definition with that permission
	 */
	public AggregateFunction allowedInSchema() {
		return new AggregateFunction(this.name, this.arguments, this.accumulators,
				this.flags.withSchema(FunctionFlags.Schema.OWN));
	}

	/**
	 * Declares that the function has no side effects and tells no secrets, whatever its
	 * arguments, so that the schema of any file may call it, a foreign one too. Replaces
	 * {@link #allowedInSchema()}.
	 * @return the definition with that permission
	 */
	public AggregateFunction innocuous() {
		return new AggregateFunction(this.name, this.arguments, this.accumulators,
				this.flags.withSchema(FunctionFlags.Schema.ANY));
	}

	@Override
	public String name() {
		return this.name;
	}

	int arguments() {
		return this.arguments;
	}

	Accumulator newAccumulator() {
		return this.accumulators.get();
	}

	FunctionFlags flags() {
		return this.flags;
	}

	@Override
	public String toString() {
		return "aggregate function " + this.name;
	}

	/**
	 * Collects the rows of one group.
	 */
	public interface Accumulator {

		/**
		 * Takes one more row.
		 * @param arguments the arguments of that row
		 * @throws Exception to make the calling statement fail with this text and cause
		 */
		void add(SqlArguments arguments) throws Exception;

		/**
		 * The value of the rows so far, also of none. More rows may follow if the
		 * function is used with {@code OVER}.
		 * @return what a scalar function may return
		 * @throws Exception to make the calling statement fail with this text and cause
		 */
		@Nullable Object result() throws Exception;

	}

	/**
	 * An accumulator that can also give rows back, for frames that move along.
	 */
	public interface Removing extends Accumulator {

		/**
		 * Forgets the row that was added first of those still there.
		 * @param arguments the arguments of that row
		 * @throws Exception to make the calling statement fail with this text and cause
		 */
		void remove(SqlArguments arguments) throws Exception;

	}

}
