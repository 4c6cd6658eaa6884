package io.zova.object;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

import io.zova.ZovaDatabase;
import io.zova.ZovaException;
import io.zova.ZovaOptions;
import io.zova.ZovaStatus;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * A database in a file, its objects, and a way past all checks to damage them.
 */
abstract class ObjectFixture {

	@TempDir
	Path directory;

	Path file;

	ZovaDatabase database;

	ObjectTemplate objects;

	JdbcClient jdbc;

	TransactionTemplate transaction;

	@BeforeEach
	void open() {
		this.file = this.directory.resolve("objects.zova");
		reopen(ZovaDatabase.create(this.file, options()));
	}

	ZovaOptions options() {
		return ZovaOptions.defaults();
	}

	void reopen(ZovaDatabase opened) {
		this.database = opened;
		this.objects = new ObjectTemplate(opened.sql());
		this.jdbc = JdbcClient.create(opened.dataSource());
		this.transaction = new TransactionTemplate(opened.transactionManager());
	}

	@AfterEach
	void close() {
		this.database.close();
	}

	static byte[] random(int size, long seed) {
		return GoldenObjects.random(size, seed);
	}

	long count(String table) {
		return this.jdbc.sql("select count(*) from " + table).query(Long.class).single();
	}

	long objectRows() {
		return count("_zova_objects");
	}

	long chunkRows() {
		return count("_zova_chunks");
	}

	long manifestRows() {
		return count("_zova_object_chunks");
	}

	/** Changes rows as no client could: foreign keys and checks are off. */
	int damage(String sql, Object... parameters) {
		try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + this.file)) {
			try (Statement pragma = connection.createStatement()) {
				pragma.execute("pragma ignore_check_constraints=on");
			}
			try (PreparedStatement statement = connection.prepareStatement(sql)) {
				for (int i = 0; i < parameters.length; i++) {
					Object parameter = parameters[i];
					if (parameter instanceof ContentHash<?> id) {
						statement.setBytes(i + 1, id.toBytes());
					}
					else {
						statement.setObject(i + 1, parameter);
					}
				}
				return statement.executeUpdate();
			}
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/** Everything that is stored about objects, to see whether anything changed. */
	List<String> dump() {
		List<String> rows = new ArrayList<>();
		rows.addAll(lines("select hex(object_id) || ' ' || size_bytes || ' ' || chunk_count || ' ' || chunker"
				+ " from _zova_objects order by 1"));
		rows.addAll(lines("select hex(object_id) || ' ' || chunk_index || ' ' || hex(chunk_hash) || ' ' || offset"
				+ " || ' ' || size_bytes from _zova_object_chunks order by 1"));
		rows.addAll(lines("select hex(chunk_hash) || ' ' || size_bytes || ' ' || length(data) from _zova_chunks"
				+ " order by 1"));
		return rows;
	}

	private List<String> lines(String sql) {
		return this.jdbc.sql(sql).query(String.class).list();
	}

	static void assertStatus(ZovaStatus status, ThrowingCallable call) {
		assertThatExceptionOfType(ZovaException.class).isThrownBy(call)
			.matches((ex) -> ex.status() == status, "status " + status)
			.withMessageMatching("(?s).{20,}");
	}

}
