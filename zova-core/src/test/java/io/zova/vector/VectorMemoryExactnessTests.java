package io.zova.vector;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.zova.TestSeed;
import io.zova.ZovaDatabase;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Searching in memory gives what the plain scan gives, to the bit, on vectors that are
 * made to fall on the wrong side of a bound.
 */
class VectorMemoryExactnessTests {

	private static final int ROWS = 250;

	private ZovaDatabase database;

	private VectorMemory index;

	private VectorTemplate resident;

	private VectorTemplate plain;

	@BeforeEach
	void openDatabase() {
		this.database = ZovaDatabase.inMemory();
		this.index = new VectorMemory(new ScanThreads(3), Long.MAX_VALUE / 2);
		this.resident = new VectorTemplate(this.database.sql(), this.index);
		this.plain = new VectorTemplate(this.database.sql(), new VectorMemory(0));
	}

	@AfterEach
	void closeDatabase() {
		this.resident.close();
		this.plain.close();
		this.database.close();
	}

	@ParameterizedTest
	@EnumSource(Shape.class)
	void searchesInMemoryEqualThePlainScan(Shape shape) {
		long seed = TestSeed.value();
		Random random = new Random(seed);
		for (Metric metric : Metric.values()) {
			for (ElementType type : ElementType.values()) {
				for (int dimensions : new int[] { 1, 3, 37 }) {
					VectorSpace space = new VectorSpace(dimensions, metric, type);
					String name = metric + " " + type + " " + dimensions;
					compare(shape, space, name, random, "seed " + seed + ", " + shape + " " + name);
				}
			}
		}
		assertThat(this.index.scans()).isZero();
	}

	private void compare(Shape shape, VectorSpace space, String name, Random random, String description) {
		VectorCollection inMemory = this.resident.create(name, space);
		VectorCollection inDatabase = this.plain.collection(name);
		List<VectorEntry> rows = new ArrayList<>();
		for (int i = 0; i < ROWS; i++) {
			rows.add(new VectorEntry("v" + random.nextInt(1_000_000_000), shape.vector(space, random)));
		}
		inMemory.putAll(rows);
		for (int i = 0; i < 3; i++) {
			VectorValues value = (i % 2 == 1) ? rows.get(random.nextInt(ROWS)).values() : shape.vector(space, random);
			VectorQuery query = (i % 3 == 0) ? VectorQuery.nearId(rows.get(random.nextInt(ROWS)).id())
					: VectorQuery.near(value);
			for (int limit : new int[] { 1, 10, 2000 }) {
				List<VectorMatch> expected = inDatabase.search(query.limit(limit));
				assertThat(GoldenVectors.bits(inMemory.search(query.limit(limit)))).as(description)
					.isEqualTo(GoldenVectors.bits(expected));
				double last = expected.get(expected.size() - 1).distance();
				for (double distance : new double[] { last, Math.nextDown(last), Math.nextUp(last) }) {
					VectorQuery within = query.limit(limit).within(distance);
					assertThat(GoldenVectors.bits(inMemory.search(within))).as(description + " within " + distance)
						.isEqualTo(GoldenVectors.bits(inDatabase.search(within)));
				}
			}
		}
	}

	@Test
	void fewRowsAreLookedAt() {
		VectorCollection collection = this.resident.create("c", VectorSpace.cosine(64));
		Random random = new Random(1);
		List<VectorEntry> rows = new ArrayList<>();
		for (int i = 0; i < 5000; i++) {
			rows.add(new VectorEntry("v" + i, Shape.UNIFORM.vector(VectorSpace.cosine(64), random)));
		}
		collection.putAll(rows);
		ExactDistance query = new ExactDistance(VectorSpace.cosine(64), rows.get(0).values().stored());
		VectorsInMemory vectors = new VectorsInMemory(VectorSpace.cosine(64));
		QuantizedRow rounded = new QuantizedRow(VectorSpace.cosine(64));
		for (int i = 0; i < rows.size(); i++) {
			rounded.set(rows.get(i).values().stored(), 0, 256, Double.NaN);
			vectors.put(i, i, rounded);
		}
		CandidateScan.Target target = new CandidateScan.Target(new ScanBounds(query), 10, Double.POSITIVE_INFINITY);
		CandidateScan scan = new CandidateScan(vectors.blocks(), List.of(target), new long[0]);
		try (ScanThreads threads = new ScanThreads(0)) {
			assertThat(scan.run(threads).get(0).keys()).hasSizeBetween(10, 40).contains(0);
		}
	}

	enum Shape {

		UNIFORM {
			@Override
			float element(int index, Random random) {
				return random.nextFloat() * 2 - 1;
			}
		},

		/** One element is far larger than the others, so that rounding loses those. */
		OUTLIER {
			@Override
			float element(int index, Random random) {
				return (index == 0) ? 1000 + random.nextInt(3) : random.nextFloat();
			}
		},

		/** Differ in the last bit of single elements only. */
		LAST_BITS {
			@Override
			float element(int index, Random random) {
				float element = 0.3f + index * 0.01f;
				return (random.nextInt(8) == 0) ? Math.nextUp(element) : element;
			}
		},

		/** Halfway between two bytes, where rounding errs most. */
		HALFWAY {
			@Override
			float element(int index, Random random) {
				return (index == 0) ? 127 : random.nextInt(253) - 126 + 0.5f;
			}
		},

		/** Few different vectors, so that most distances are equal. */
		TIES {
			@Override
			float element(int index, Random random) {
				return 1 + random.nextInt(2);
			}
		},

		ALL_EQUAL {
			@Override
			float element(int index, Random random) {
				return 0.7f;
			}
		},

		SUBNORMAL {
			@Override
			float element(int index, Random random) {
				return (1 + random.nextInt(50)) * Float.MIN_VALUE * (random.nextBoolean() ? 1 : -1);
			}

			@Override
			float half(int index, Random random) {
				return (1 + random.nextInt(50)) * 0x1p-24f;
			}
		},

		HUGE {
			@Override
			float element(int index, Random random) {
				return (random.nextBoolean() ? 1 : -1) * Float.MAX_VALUE * (1 - random.nextInt(3) * 0x1p-20f);
			}

			@Override
			float half(int index, Random random) {
				return (random.nextBoolean() ? 65504 : -65504);
			}
		},

		/** Norms from the smallest to the largest in one collection. */
		ALL_SIZES {
			@Override
			VectorValues vector(VectorSpace space, Random random) {
				int exponent = (space.elementType() == ElementType.F16) ? random.nextInt(36) - 22
						: random.nextInt(270) - 145;
				float size = (float) Math.scalb(1.0, exponent);
				float[] elements = new float[space.dimensions()];
				for (int i = 0; i < elements.length; i++) {
					elements[i] = (1 + random.nextFloat()) * size * (random.nextBoolean() ? 1 : -1);
				}
				return values(space.elementType(), elements);
			}
		},

		/** Zeros are vectors too where the metric allows them. */
		ZEROS {
			@Override
			VectorValues vector(VectorSpace space, Random random) {
				float[] elements = new float[space.dimensions()];
				for (int i = 0; i < elements.length; i++) {
					elements[i] = (random.nextInt(4) == 0) ? random.nextInt(3) - 1 : random.nextBoolean() ? 0f : -0f;
				}
				if (space.metric() == Metric.COSINE) {
					elements[0] = 1;
				}
				return values(space.elementType(), elements);
			}
		};

		float element(int index, Random random) {
			throw new UnsupportedOperationException();
		}

		float half(int index, Random random) {
			return element(index, random);
		}

		VectorValues vector(VectorSpace space, Random random) {
			float[] elements = new float[space.dimensions()];
			for (int i = 0; i < elements.length; i++) {
				elements[i] = (space.elementType() == ElementType.F16) ? half(i, random) : element(i, random);
			}
			return values(space.elementType(), elements);
		}

		static VectorValues values(ElementType type, float... elements) {
			return switch (type) {
				case F32 -> VectorValues.of(elements);
				case F16 -> VectorValues.half(elements);
				case I8 -> bytes(elements);
			};
		}

		/** Any bytes do, as long as equal elements stay equal and zeros zero. */
		private static VectorValues bytes(float... elements) {
			byte[] bytes = new byte[elements.length];
			for (int i = 0; i < bytes.length; i++) {
				int hash = Float.floatToIntBits(elements[i]) * 0x9E3779B9;
				bytes[i] = (elements[i] == 0) ? 0 : (byte) ((hash >> 24) == 0 ? 1 : (hash >> 24));
			}
			return VectorValues.ofBytes(bytes);
		}

	}

}
