package io.zova.sqlite;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.Reader;
import java.io.StringReader;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.sql.Blob;
import java.sql.Clob;
import java.sql.Connection;
import java.sql.NClob;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLDataException;
import java.sql.SQLException;
import java.sql.SQLNonTransientException;
import java.sql.Statement;
import java.sql.Types;
import java.util.List;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import io.zova.NewDatabase;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Blobs, clobs and streams of JDBC, none of which the driver has.
 */
class LargeValuesTests extends NewDatabase {

	private static final byte[] BYTES = { 1, 2, 3, 0, -1, 5 };

	private static final String TEXT = "Grüße, 世界 \uD83D\uDE00";

	@BeforeEach
	void table() throws SQLException {
		try (Connection connection = connection(); Statement statement = connection.createStatement()) {
			statement.execute("create table v(id integer primary key, value)");
		}
	}

	private Connection connection() throws SQLException {
		return this.database.dataSource().getConnection();
	}

	@Test
	void bytesAreSetInEveryWay() throws Exception {
		List<Setter> setters = List.of((s) -> s.setBlob(1, new ByteArrayInputStream(BYTES)),
				(s) -> s.setBlob(1, new ByteArrayInputStream(BYTES), BYTES.length), (s) -> s.setBlob(1, blob(s)),
				(s) -> s.setBinaryStream(1, new ByteArrayInputStream(BYTES)),
				(s) -> s.setBinaryStream(1, new ByteArrayInputStream(BYTES), BYTES.length),
				(s) -> s.setBinaryStream(1, new ByteArrayInputStream(BYTES), (long) BYTES.length),
				(s) -> s.setObject(1, new ByteArrayInputStream(BYTES)), (s) -> s.setObject(1, blob(s)),
				(s) -> s.setObject(1, blob(s), Types.BLOB));
		for (Setter setter : setters) {
			assertRow(setter, (row) -> {
				assertThat(row.getBytes(1)).isEqualTo(BYTES);
				assertThat(row.getBlob(1).getBytes(1, 100)).isEqualTo(BYTES);
				assertThat(row.getBlob("value").length()).isEqualTo(BYTES.length);
				assertThat(row.getBinaryStream(1).readAllBytes()).isEqualTo(BYTES);
				assertThat(row.getBinaryStream("value").readAllBytes()).isEqualTo(BYTES);
				assertThat(row.getObject(1, Blob.class).getBinaryStream().readAllBytes()).isEqualTo(BYTES);
				assertThat(row.getObject("value", InputStream.class).readAllBytes()).isEqualTo(BYTES);
			});
		}
	}

	private static Blob blob(PreparedStatement statement) throws SQLException {
		Blob blob = statement.getConnection().createBlob();
		blob.setBytes(1, BYTES);
		return blob;
	}

	@Test
	void textIsSetInEveryWay() throws Exception {
		int length = TEXT.length();
		List<Setter> setters = List.of((s) -> s.setClob(1, new StringReader(TEXT)),
				(s) -> s.setClob(1, new StringReader(TEXT), length), (s) -> s.setClob(1, clob(s)),
				(s) -> s.setNClob(1, new StringReader(TEXT)), (s) -> s.setNClob(1, new StringReader(TEXT), length),
				(s) -> s.setNClob(1, clob(s)), (s) -> s.setCharacterStream(1, new StringReader(TEXT)),
				(s) -> s.setCharacterStream(1, new StringReader(TEXT), length),
				(s) -> s.setCharacterStream(1, new StringReader(TEXT), (long) length),
				(s) -> s.setNCharacterStream(1, new StringReader(TEXT)),
				(s) -> s.setNCharacterStream(1, new StringReader(TEXT), length), (s) -> s.setObject(1, clob(s)),
				(s) -> s.setObject(1, new StringReader(TEXT)));
		for (Setter setter : setters) {
			assertRow(setter, (row) -> {
				assertThat(row.getString(1)).isEqualTo(TEXT);
				assertThat(row.getClob(1).getSubString(1, 100)).isEqualTo(TEXT);
				assertThat(row.getNClob("value").getSubString(1, 5)).isEqualTo("Grüße");
				assertThat(text(row.getCharacterStream(1))).isEqualTo(TEXT);
				assertThat(text(row.getNCharacterStream("value"))).isEqualTo(TEXT);
				assertThat(row.getObject("value", Clob.class).length()).isEqualTo(length);
				assertThat(text(row.getObject(1, Reader.class))).isEqualTo(TEXT);
			});
		}
	}

	private static NClob clob(PreparedStatement statement) throws SQLException {
		NClob clob = statement.getConnection().createNClob();
		clob.setString(1, TEXT);
		return clob;
	}

	private static String text(Reader reader) throws IOException {
		java.io.StringWriter text = new java.io.StringWriter();
		reader.transferTo(text);
		return text.toString();
	}

	@Test
	void asciiIsTextToo() throws Exception {
		byte[] ascii = "abc".getBytes(StandardCharsets.US_ASCII);
		for (Setter setter : List.<Setter>of((s) -> s.setAsciiStream(1, new ByteArrayInputStream(ascii)),
				(s) -> s.setAsciiStream(1, new ByteArrayInputStream(ascii), 3),
				(s) -> s.setAsciiStream(1, new ByteArrayInputStream(ascii), 3L))) {
			assertRow(setter, (row) -> {
				assertThat(row.getString(1)).isEqualTo("abc");
				assertThat(row.getAsciiStream("value").readAllBytes()).isEqualTo(ascii);
				assertThat(row.getClob(1).getAsciiStream().readAllBytes()).isEqualTo(ascii);
			});
		}
	}

	@Test
	void nothingIsNotTheSameAsEmpty() throws Exception {
		for (Setter setter : List.<Setter>of((s) -> s.setBlob(1, (Blob) null), (s) -> s.setBlob(1, (InputStream) null),
				(s) -> s.setClob(1, (Clob) null), (s) -> s.setCharacterStream(1, null))) {
			assertRow(setter, (row) -> {
				assertThat(row.getBlob(1)).isNull();
				assertThat(row.getClob(1)).isNull();
				assertThat(row.getBinaryStream(1)).isNull();
				assertThat(row.getCharacterStream(1)).isNull();
				assertThat(row.getAsciiStream(1)).isNull();
				assertThat(row.wasNull()).isTrue();
			});
		}
		assertRow((s) -> s.setBlob(1, s.getConnection().createBlob()), (row) -> {
			assertThat(row.getBlob(1).length()).isZero();
			assertThat(row.getBinaryStream(1).readAllBytes()).isEmpty();
		});
		assertRow((s) -> s.setClob(1, s.getConnection().createClob()),
				(row) -> assertThat(row.getClob(1).length()).isZero());
	}

	@Test
	void aStreamThatIsShorterThanAnnouncedIsRefused() {
		for (Setter setter : List.<Setter>of((s) -> s.setBlob(1, new ByteArrayInputStream(BYTES), 7),
				(s) -> s.setCharacterStream(1, new StringReader("abc"), 4),
				(s) -> s.setBinaryStream(1, new ByteArrayInputStream(BYTES), -1),
				(s) -> s.setBinaryStream(1, new ByteArrayInputStream(BYTES), Long.MAX_VALUE),
				(s) -> s.setBlob(1, new InputStream() {
					@Override
					public int read() throws IOException {
						throw new IOException("broken");
					}
				}))) {
			assertThatExceptionOfType(SQLDataException.class).isThrownBy(() -> assertRow(setter, (row) -> {
			}));
		}
	}

	@Test
	void aLongerStreamIsReadAsFarAsAnnounced() throws Exception {
		assertRow((s) -> s.setBinaryStream(1, new ByteArrayInputStream(BYTES), 2),
				(row) -> assertThat(row.getBytes(1)).containsExactly(1, 2));
		assertRow((s) -> s.setClob(1, new StringReader("abcd"), 2),
				(row) -> assertThat(row.getString(1)).isEqualTo("ab"));
	}

	@Test
	void blobsAreChangedInMemory() throws Exception {
		try (Connection connection = connection()) {
			Blob blob = connection.createBlob();
			try (OutputStream out = blob.setBinaryStream(1)) {
				out.write(BYTES);
			}
			assertThat(blob.setBytes(6, new byte[] { 9, 9, 9 }, 1, 2)).isEqualTo(2);
			assertThat(blob.getBytes(1, 100)).containsExactly(1, 2, 3, 0, -1, 9, 9);
			assertThat(blob.position(new byte[] { 0, -1 }, 1)).isEqualTo(4);
			assertThat(blob.position(new byte[] { 1 }, 2)).isEqualTo(-1);
			assertThat(blob.getBinaryStream(2, 2).readAllBytes()).containsExactly(2, 3);
			blob.truncate(1);
			assertThat(blob.length()).isEqualTo(1);
			assertThatExceptionOfType(SQLDataException.class).isThrownBy(() -> blob.getBytes(0, 1));
			assertThatExceptionOfType(SQLDataException.class).isThrownBy(() -> blob.getBytes(3, 1));
			assertThatExceptionOfType(SQLDataException.class).isThrownBy(() -> blob.getBytes(1, -1));
			assertThatExceptionOfType(SQLDataException.class).isThrownBy(() -> blob.getBinaryStream(1, 2));
			assertThatExceptionOfType(SQLDataException.class).isThrownBy(() -> blob.truncate(2));
			blob.free();
			assertThatExceptionOfType(SQLNonTransientException.class).isThrownBy(blob::length);
		}
	}

	@Test
	void clobsAreChangedInMemory() throws Exception {
		try (Connection connection = connection()) {
			Clob clob = connection.createClob();
			try (Writer out = clob.setCharacterStream(1)) {
				out.write("hello");
			}
			assertThat(clob.setString(5, "xO wOrld", 1, 7)).isEqualTo(7);
			assertThat(clob.getSubString(1, 100)).isEqualTo("hellO wOrld");
			assertThat(clob.position("O", 6)).isEqualTo(8);
			assertThat(text(clob.getCharacterStream(2, 3))).isEqualTo("ell");
			clob.truncate(5);
			assertThat(clob.length()).isEqualTo(5);
			assertThatExceptionOfType(SQLDataException.class).isThrownBy(() -> clob.getSubString(7, 1));
			assertThatExceptionOfType(SQLDataException.class).isThrownBy(() -> clob.getCharacterStream(1, 6));
			assertThatExceptionOfType(SQLDataException.class).isThrownBy(() -> clob.truncate(-1));
			clob.free();
			assertThatExceptionOfType(SQLNonTransientException.class).isThrownBy(clob::length);
		}
	}

	@Test
	void aClosedConnectionMakesNone() throws Exception {
		Connection connection = connection();
		connection.close();
		assertThatExceptionOfType(SQLException.class).isThrownBy(connection::createBlob);
		assertThatExceptionOfType(SQLException.class).isThrownBy(connection::createClob);
	}

	private void assertRow(Setter setter, RowCheck check) throws Exception {
		try (Connection connection = connection();
				PreparedStatement insert = connection.prepareStatement("insert into v(id, value) values (1, ?)");
				Statement statement = connection.createStatement()) {
			statement.executeUpdate("delete from v");
			setter.set(insert);
			insert.executeUpdate();
			try (ResultSet row = statement.executeQuery("select value from v")) {
				assertThat(row.next()).isTrue();
				check.check(row);
			}
		}
	}

	@FunctionalInterface
	private interface Setter {

		void set(PreparedStatement statement) throws SQLException;

	}

	@FunctionalInterface
	private interface RowCheck {

		void check(ResultSet row) throws Exception;

	}

}
