package io.zova.benchmarks.sidebyside;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Random;

import io.zova.ZovaDatabase;
import io.zova.benchmarks.Contender;
import io.zova.benchmarks.Measured;
import io.zova.benchmarks.SampleData;
import io.zova.vector.VectorSpace;
import org.sqlite.Function;

/**
 * The same rows in the same file, written by the bare driver: a prepared statement for
 * each row and a commit for each batch, without any check of what is written. It shows
 * what SQLite and the format's triggers leave to whoever stores vectors.
 */
record BareVectorRows(ExactSearch.Data data) implements Contender {

	private static final String PUT = """
			insert into _zova_vectors(collection_key, vector_id, "values", norm_squared) values(?, ?, ?, ?)
			on conflict(collection_key, vector_id)
			do update set "values" = excluded."values", norm_squared = excluded.norm_squared
			""";

	@Override
	public String name() {
		return "bare driver";
	}

	@Override
	public int warmUps() {
		return this.data.warmUps();
	}

	@Override
	public Measured run(Path folder) throws Exception {
		Measured measured = Measured.start();
		Path file = folder.resolve("bench.zova");
		try (ZovaDatabase database = ZovaDatabase.create(file)) {
			database.vectors().create("docs", VectorSpace.cosine(this.data.dimensions()));
		}
		SampleData random = new SampleData(42);
		long nanos = 0;
		try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file + "?foreign_keys=true")) {
			Function.create(connection, "_zova_vector_nonce", new Nonce());
			connection.setAutoCommit(false);
			try (PreparedStatement put = connection.prepareStatement(PUT)) {
				for (int first = 0; first < this.data.count(); first += ExactSearch.BATCH) {
					byte[][] batch = new byte[Math.min(ExactSearch.BATCH, this.data.count() - first)][];
					for (int i = 0; i < batch.length; i++) {
						batch[i] = stored(random.vector(this.data.dimensions()));
					}
					long start = System.nanoTime();
					put(put, first, batch);
					connection.commit();
					nanos += System.nanoTime() - start;
				}
			}
		}
		measured.perSecond().put("vector_put_many", this.data.count() * 1e9 / nanos);
		return measured;
	}

	private static void put(PreparedStatement statement, int first, byte[][] batch) throws SQLException {
		for (int i = 0; i < batch.length; i++) {
			statement.setLong(1, 1);
			statement.setString(2, ExactSearch.id(first + i));
			statement.setBytes(3, batch[i]);
			statement.setDouble(4, normSquared(batch[i]));
			statement.executeUpdate();
		}
	}

	private static byte[] stored(float[] vector) {
		ByteBuffer bytes = ByteBuffer.allocate(4 * vector.length).order(ByteOrder.LITTLE_ENDIAN);
		bytes.asFloatBuffer().put(vector);
		return bytes.array();
	}

	private static double normSquared(byte[] stored) {
		ByteBuffer bytes = ByteBuffer.wrap(stored).order(ByteOrder.LITTLE_ENDIAN);
		double sum = 0;
		for (int i = 0; i < stored.length; i += 4) {
			double element = bytes.getFloat(i);
			sum += element * element;
		}
		return sum;
	}

	/** What the triggers of the format call for each row. */
	private static final class Nonce extends Function {

		private final Random random = new Random();

		@Override
		protected void xFunc() throws SQLException {
			byte[] nonce = new byte[16];
			this.random.nextBytes(nonce);
			result(nonce);
		}

	}

}
