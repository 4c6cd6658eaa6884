package io.zova.maintenance;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

import io.zova.ZovaException;
import io.zova.ZovaStatus;
import io.zova.sqlite.lock.Interruption;

/**
 * Reads every vector and checks its length and its elements.
 */
final class VectorVerification {

	private static final String COLLECTIONS = """
			select collection_key, name, dimensions, metric, element_type
			from _zova_vector_collections
			order by name""";

	private static final String VECTORS = """
			select vector_id, "values"
			from _zova_vectors
			where collection_key = ?
			order by vector_id""";

	private static final int F16_EXPONENT = 0x7c00;

	private static final int F16_SIGN = 0x8000;

	private static final int MAX_DIMENSIONS = 16_384;

	private final Connection connection;

	private final String name;

	VectorVerification(Connection connection, String name) {
		this.connection = connection;
		this.name = name;
	}

	/**
	 * Verifies all vectors.
	 * @return how many there are
	 * @throws SQLException if they can't be read
	 * @throws ZovaException with {@link ZovaStatus#VECTOR_CORRUPT} for the first damaged
	 * one
	 */
	long vectors() throws SQLException {
		long count = 0;
		try (Statement statement = this.connection.createStatement();
				ResultSet collections = statement.executeQuery(COLLECTIONS);
				PreparedStatement vectors = this.connection.prepareStatement(VECTORS)) {
			while (collections.next()) {
				vectors.setLong(1, collections.getLong(1));
				count += verify(
						new Collection(collections.getString(2), collections.getLong(3),
								"cosine".equals(collections.getString(4)), String.valueOf(collections.getString(5))),
						vectors);
			}
		}
		return count;
	}

	private long verify(Collection collection, PreparedStatement vectors) throws SQLException {
		long count = 0;
		try (ResultSet rows = vectors.executeQuery()) {
			while (rows.next()) {
				Interruption.check("verifying vectors");
				byte[] values = rows.getBytes(2);
				if (values == null || !collection.allows(values)) {
					throw new ZovaException(ZovaStatus.VECTOR_CORRUPT,
							this.name + ": the vector '" + rows.getString(1) + "' of the collection '" + collection.name
									+ "' is damaged: " + collection.rule() + ". Restore an older backup, or delete it");
				}
				count++;
			}
		}
		return count;
	}

	/**
	 * What the vectors of a collection must be like.
	 */
	private record Collection(String name, long dimensions, boolean cosine, String elementType) {

		String rule() {
			return isPossible()
					? "it does not have " + this.dimensions + " finite elements of type " + this.elementType
							+ (this.cosine ? " that are not all zero" : "")
					: "its collection says that vectors have " + this.dimensions + " elements, and 1 to "
							+ MAX_DIMENSIONS + " are possible";
		}

		private boolean isPossible() {
			return this.dimensions >= 1 && this.dimensions <= MAX_DIMENSIONS;
		}

		boolean allows(byte[] values) {
			return isPossible() && switch (this.elementType) {
				case "f32" -> values.length == this.dimensions * 4 && allowsFloats(values);
				case "f16" -> values.length == this.dimensions * 2 && allowsHalves(values);
				case "i8" -> values.length == this.dimensions && allowsBytes(values);
				default -> false;
			};
		}

		private boolean allowsFloats(byte[] values) {
			ByteBuffer elements = ByteBuffer.wrap(values).order(ByteOrder.LITTLE_ENDIAN);
			boolean zero = true;
			while (elements.hasRemaining()) {
				float element = elements.getFloat();
				if (!Float.isFinite(element)) {
					return false;
				}
				zero &= element == 0;
			}
			return !(zero && this.cosine);
		}

		private boolean allowsHalves(byte[] values) {
			ByteBuffer elements = ByteBuffer.wrap(values).order(ByteOrder.LITTLE_ENDIAN);
			boolean zero = true;
			while (elements.hasRemaining()) {
				int element = elements.getShort() & 0xffff;
				if ((element & F16_EXPONENT) == F16_EXPONENT) {
					return false;
				}
				zero &= (element & ~F16_SIGN) == 0;
			}
			return !(zero && this.cosine);
		}

		private boolean allowsBytes(byte[] values) {
			boolean zero = true;
			for (byte element : values) {
				zero &= element == 0;
			}
			return !(zero && this.cosine);
		}

	}

}
