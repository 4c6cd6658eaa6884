package io.zova.vector;

import java.util.Arrays;

import org.jspecify.annotations.Nullable;

import io.zova.Arguments;
import io.zova.ZovaException;
import io.zova.ZovaStatus;

/**
 * A collection as it is stored, and the rules that its space sets for values.
 *
 * @param key the key of its row, which may be used again after it is deleted
 * @param name its name
 * @param space its dimensions, metric and element type
 */
record CollectionRow(long key, String name, VectorSpace space) {

	/**
	 * Checks values to be stored.
	 * @param entries the values, a multiple of four
	 * @param norms gets the sums of their squares
	 */
	void accept(VectorEntry[] entries, double[] norms) {
		if (this.space.elementType() == ElementType.F32 && haveSize(entries)) {
			boolean good = true;
			for (int i = 0; i < entries.length; i += 4) {
				ExactDistance.normsSquared(entries[i].values().stored(), entries[i + 1].values().stored(),
						entries[i + 2].values().stored(), entries[i + 3].values().stored(), norms, i);
			}
			for (int i = 0; i < entries.length; i++) {
				good &= norms[i] > 0 && norms[i] < Double.POSITIVE_INFINITY;
			}
			if (good) {
				return;
			}
		}
		// The first that is not accepted has to be the one that is complained about.
		for (int i = 0; i < entries.length; i++) {
			norms[i] = accept(entries[i].values());
		}
	}

	private boolean haveSize(VectorEntry[] entries) {
		for (VectorEntry entry : entries) {
			if (entry.values() == null || entry.values().elementType() != this.space.elementType()
					|| entry.values().dimensions() != this.space.dimensions()) {
				return false;
			}
		}
		return true;
	}

	/**
	 * Checks values to be stored or searched for.
	 * @return the sum of their squares
	 */
	double accept(@Nullable VectorValues given) {
		VectorValues values = Arguments.required("values", given);
		if (values.elementType() != this.space.elementType()) {
			throw new ZovaException(ZovaStatus.VECTOR_INVALID,
					"Collection '" + this.name + "' has " + this.space.elementType().text() + " elements, but "
							+ values.elementType().text() + " elements were given; convert them with VectorValues");
		}
		if (values.dimensions() != this.space.dimensions()) {
			throw new ZovaException(ZovaStatus.VECTOR_DIMENSION_MISMATCH, "Collection '" + this.name + "' has "
					+ this.space.dimensions() + " dimensions, but " + values.dimensions() + " elements were given");
		}
		double norm = ExactDistance.normSquared(this.space.elementType(), values.stored());
		if (!Double.isFinite(norm)) {
			throw new ZovaException(ZovaStatus.VECTOR_INVALID, "Collection '" + this.name
					+ "' takes finite elements only, but " + firstNotFinite(values) + " was given");
		}
		if (norm == 0 && this.space.metric() == Metric.COSINE) {
			throw new ZovaException(ZovaStatus.VECTOR_INVALID,
					"Collection '" + this.name + "' compares by cosine, for which a vector of zeros has no direction");
		}
		return norm;
	}

	/** Checks the stored form of a vector. */
	byte[] requireIntact(String id, byte[] stored) {
		if (isIntact(stored)) {
			return stored;
		}
		throw corrupt(id);
	}

	boolean isIntact(byte[] stored) {
		if (stored.length != this.space.storedBytes()) {
			return false;
		}
		double norm = ExactDistance.normSquared(this.space.elementType(), stored);
		return Double.isFinite(norm) && (norm > 0 || this.space.metric() != Metric.COSINE);
	}

	ZovaException corrupt(String id) {
		return new ZovaException(ZovaStatus.VECTOR_CORRUPT,
				"The stored vector '" + id + "' of collection '" + this.name + "' is damaged: its bytes are not "
						+ this.space.dimensions() + " finite " + this.space.elementType().text() + " elements"
						+ ((this.space.metric() == Metric.COSINE) ? " that are not all zero" : "")
						+ "; put it again or delete it");
	}

	private static String firstNotFinite(VectorValues values) {
		float[] elements = values.toFloats();
		for (int i = 0; i < elements.length; i++) {
			if (!Float.isFinite(elements[i])) {
				return elements[i] + " at index " + i;
			}
		}
		return Arrays.toString(elements);
	}

}
