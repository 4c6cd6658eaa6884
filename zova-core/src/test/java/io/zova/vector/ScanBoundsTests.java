package io.zova.vector;

import java.math.BigDecimal;
import java.util.Arrays;
import java.util.Random;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.zova.TestSeed;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The distance that the reference formula gives lies between the bounds that the rounded
 * vector gives, which is checked without rounding anything; and where rounding errs most,
 * it comes so close to them that narrower ones would leave matches out.
 */
class ScanBoundsTests {

	private static final int ROWS = 32;

	@ParameterizedTest
	@EnumSource(VectorMemoryExactnessTests.Shape.class)
	void everyDistanceLiesBetweenItsBounds(VectorMemoryExactnessTests.Shape shape) {
		long seed = TestSeed.value();
		Random random = new Random(seed);
		for (Metric metric : Metric.values()) {
			for (ElementType type : ElementType.values()) {
				for (int dimensions : new int[] { 1, 2, 3, 8, 37, 384 }) {
					VectorSpace space = new VectorSpace(dimensions, metric, type);
					for (int i = 0; i < 25; i++) {
						check(space, shape.vector(space, random), shape.vector(space, random),
								"seed " + seed + ", " + space);
					}
					VectorValues same = shape.vector(space, random);
					check(space, same, same, "seed " + seed + ", same " + space);
				}
			}
		}
	}

	@ParameterizedTest
	@EnumSource(Metric.class)
	void vectorsOfDifferentKindsAndTheLongestOnesHaveBoundsToo(Metric metric) {
		long seed = TestSeed.value();
		Random random = new Random(seed);
		VectorMemoryExactnessTests.Shape[] shapes = VectorMemoryExactnessTests.Shape.values();
		for (int i = 0; i < 300; i++) {
			VectorSpace space = new VectorSpace((i % 60 == 0) ? 16384 : 1 + random.nextInt(40), metric,
					ElementType.values()[i % 3]);
			check(space, shapes[random.nextInt(shapes.length)].vector(space, random),
					shapes[random.nextInt(shapes.length)].vector(space, random), "seed " + seed + ", " + space);
		}
	}

	/** The query points to where the rounding of the row has moved it. */
	@ParameterizedTest
	@EnumSource(Metric.class)
	void theErrorOfARowIsAsLargeAsItsBoundAllows(Metric metric) {
		Random random = new Random(11);
		float[] row = new float[64];
		float[] error = new float[64];
		row[0] = 127;
		for (int i = 1; i < row.length; i++) {
			int whole = random.nextInt(9) - 4;
			error[i] = (random.nextBoolean() ? 1 : -1) * 0.499f;
			row[i] = whole + error[i];
		}
		VectorSpace space = new VectorSpace(64, metric, ElementType.F32);
		Bounds towards = check(space, VectorValues.of(error), VectorValues.of(row), "towards");
		assertThat(towards.position()).isBetween(0.0, 0.01);
		for (int i = 0; i < error.length; i++) {
			error[i] = -error[i];
		}
		Bounds away = check(space, VectorValues.of(error), VectorValues.of(row), "away");
		assertThat(away.position()).isBetween(0.99, 1.0);
	}

	/** All elements of the query but one are too small for the steps it is rounded to. */
	@Test
	void theErrorOfAQueryIsAlmostAsLargeAsItsBoundAllows() {
		int dimensions = 16384;
		float[] query = new float[dimensions];
		float[] row = new float[dimensions];
		Arrays.fill(query, 0.499f / (ByteWeights.LIMIT - 2 * dimensions));
		Arrays.fill(row, 1);
		query[0] = 1;
		row[0] = 0;
		VectorSpace space = VectorSpace.dot(dimensions);
		assertThat(check(space, VectorValues.of(query), VectorValues.of(row), "towards").position()).isBetween(0.0,
				0.15);
		Arrays.fill(row, -1);
		row[0] = 0;
		assertThat(check(space, VectorValues.of(query), VectorValues.of(row), "away").position()).isBetween(0.85, 1.0);
	}

	private static Bounds check(VectorSpace space, VectorValues query, VectorValues row, String description) {
		Bounds bounds = bounds(space, query, row);
		assertThat(bounds.score()).as(description + " query " + query + " row " + row)
			.isBetween(bounds.lower(), bounds.upper());
		return bounds;
	}

	private static Bounds bounds(VectorSpace space, VectorValues query, VectorValues row) {
		ExactDistance distance = new ExactDistance(space, query.stored());
		ScanBounds scan = new ScanBounds(distance);
		QuantizedRow rounded = new QuantizedRow(space);
		rounded.set(row.stored(), 0, row.stored().length, Double.NaN);
		VectorBlock block = new VectorBlock(ROWS, scan.weights().words(), DirectMemory.create());
		block.set(5, 77, 0, rounded);
		int[] products = new int[ProductKernel.MAX_ROWS];
		ProductKernel.fastest().multiply(block.columns(), ROWS, scan.weights(), products);
		// As the only row wanted it sets the reach to its own upper bound.
		CandidateList list = new CandidateList(new CandidateScan.Target(scan, 1, Double.POSITIVE_INFINITY),
				new long[0]);
		list.compare(block, products);
		CandidateScan.Candidates candidates = list.candidates();
		assertThat(candidates.keys()).containsExactly(77);
		return new Bounds(new BigDecimal(candidates.lowerBounds()[0]),
				score(space, distance.to(row.stored()), distance.query()), new BigDecimal(list.reach()));
	}

	/** What the bounds are of, from the reference's distance, exactly. */
	private static BigDecimal score(VectorSpace space, double distance, double[] query) {
		BigDecimal exact = new BigDecimal(distance);
		return switch (space.metric()) {
			case COSINE -> exact.subtract(BigDecimal.ONE);
			case DOT -> exact;
			case L2 -> exact.multiply(exact)
				.subtract(Arrays.stream(query)
					.mapToObj(BigDecimal::new)
					.map((element) -> element.multiply(element))
					.reduce(BigDecimal.ZERO, BigDecimal::add));
		};
	}

	/**
	 * A score and what it lies between.
	 */
	private record Bounds(BigDecimal lower, BigDecimal score, BigDecimal upper) {

		/** Where between the bounds the score is: 0 at the lower, 1 at the upper. */
		double position() {
			return this.score.subtract(this.lower).doubleValue() / this.upper.subtract(this.lower).doubleValue();
		}

	}

}
