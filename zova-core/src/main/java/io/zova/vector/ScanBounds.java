package io.zova.vector;

/**
 * A query in the form in which rounded vectors are compared with it, and the proof that
 * this comparison leaves no match out.
 *
 * <h2>What is bounded</h2> For every metric the order of distances {@code d} is that of a
 * <em>score</em>: {@code d - 1} for cosine, {@code d} for dot, {@code d^2 - |q|^2} for
 * L2. Let {@code g = q / |q|} for cosine and {@code g = q} else. A stored vector is
 * {@code x = s (b + e)} with integer {@code b}, {@code |e| <= r} and {@code |x| = s n}
 * ({@link QuantizedRow}); the query is {@code g = t c + f} with integer {@code c}, and
 * {@code |f| <= u} is computed here. With the integer {@code I = <c, b>}, which the
 * kernel computes without error,
 *
 * <pre>
 * &lt;g, x&gt; = s &lt;g, b&gt; + s &lt;g, e&gt; = s t I + s &lt;f, b&gt; + s &lt;g, e&gt;
 * </pre>
 *
 * and by the inequality of Cauchy and Schwarz, as {@code |b| <= n + r},
 *
 * <pre>
 * |&lt;g, x&gt; - s t I| <= s (u (n + r) + |g| r) = s (r P + n u),   P = |g| + u
 * </pre>
 *
 * The scores are {@code -<g, x> / (s n)}, {@code -<g, x>} and {@code (s n)^2 - 2 <g, x>}:
 * all of the form {@code a - m <g, x> / s} with the row's factor {@code m} being
 * {@code 1 / n}, {@code s} and {@code 2 s}, and {@code a = (m n / 2)^2} for L2, else 0.
 * So every score lies within
 *
 * <pre>
 * a - m (t I + r P + n u)   and   a - m (t I - r P - n u)
 * </pre>
 *
 * <h2>What is rounded</h2> The reference's own sums of up to 16384 products differ from
 * the real ones by less than {@code 2e-12 |q| |x|}; {@code n} is kept as a float and so
 * is off by less than {@code 1e-7}; evaluating the above in double precision adds less
 * than {@code 1e-14}, all relative to {@code m n |g|} or, for L2, to {@code a + |q|^2}.
 * {@link #SLACK}, one part in a million, covers them many times over: it is added to
 * {@code u} times {@code |g|}, and for L2 to the whole. {@code r} was already raised by
 * one part in a million, which covers its own rounding, and where {@code r} is next to
 * nothing, the slack on {@code n} (at least 127 unless the row is zero) covers what is
 * lost there. Nothing over- or underflows: elements are single precision or narrower, so
 * that all terms lie between 1e-110 and 1e90 in magnitude.
 *
 * <h2>What follows</h2> If {@code k} rows have upper bounds not above {@code h}, the
 * {@code k} nearest rows have scores not above {@code h}; so every one of them, ties
 * included, has a lower bound not above {@code h}. Rows with a larger one need not be
 * looked at.
 */
final class ScanBounds {

	static final double SLACK = 1e-6;

	private static final double MAPPING_SLACK = 1e-12;

	private final Metric metric;

	private final ByteWeights weights;

	private final double unit;

	private final double residualWeight;

	private final double lengthWeight;

	private final double squaredQuery;

	ScanBounds(ExactDistance query) {
		VectorSpace space = query.space();
		this.metric = space.metric();
		double[] q = query.query();
		double length = query.queryLength();
		double divisor = (this.metric == Metric.COSINE) ? length : 1;
		double sum = 0;
		for (double element : q) {
			sum += Math.abs(element);
		}
		// Weights as large as they can be without overflow; bytes are integers already.
		double step = (space.elementType() == ElementType.I8) ? 1 : sum / (ByteWeights.LIMIT - q.length - 1);
		int[] rounded = new int[q.length];
		double errors = 0;
		if (step > 0) {
			for (int i = 0; i < q.length; i++) {
				double steps = q[i] / step;
				double nearest = Math.rint(steps);
				rounded[i] = (int) nearest;
				errors += (steps - nearest) * (steps - nearest);
			}
		}
		this.weights = new ByteWeights(rounded);
		this.unit = step / divisor;
		double queryError = Math.sqrt(errors) * this.unit * (1 + SLACK);
		double magnitude = length / divisor;
		this.residualWeight = magnitude + queryError;
		this.lengthWeight = queryError + SLACK * magnitude;
		this.squaredQuery = (this.metric == Metric.L2) ? length * length : 0;
	}

	Metric metric() {
		return this.metric;
	}

	ByteWeights weights() {
		return this.weights;
	}

	/** {@code t}. */
	double unit() {
		return this.unit;
	}

	/** {@code P}. */
	double residualWeight() {
		return this.residualWeight;
	}

	/** {@code u}, with the slack. */
	double lengthWeight() {
		return this.lengthWeight;
	}

	/** {@code |q|^2} for L2, else 0. */
	double squaredQuery() {
		return this.squaredQuery;
	}

	/** A score that no vector within a distance exceeds. */
	double scoreOf(double distance) {
		return switch (this.metric) {
			case COSINE -> (distance - 1) + MAPPING_SLACK * (2 + Math.abs(distance));
			case DOT -> distance + MAPPING_SLACK * Math.abs(distance);
			case L2 -> (distance < 0) ? Double.NEGATIVE_INFINITY : (distance * distance - this.squaredQuery)
					+ MAPPING_SLACK * (distance * distance + this.squaredQuery);
		};
	}

}
