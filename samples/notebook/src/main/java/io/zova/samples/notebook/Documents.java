package io.zova.samples.notebook;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

import io.zova.object.ObjectId;

/**
 * The table of documents.
 */
@Repository
class Documents {

	private static final String INSERT = """
			insert into document (title, content_type, content, added) values (?, ?, ?, ?) returning id""";

	private static final String SELECT = """
			select id, title, content_type, content, added from document where id = ?""";

	private static final String SELECT_NEWEST = """
			select id, title, content_type, content, added from document order by id desc limit ?""";

	private static final String DELETE = """
			delete from document where id = ?""";

	private static final String COUNT_USERS = """
			select count(*) from document where content = ?""";

	private final JdbcClient jdbc;

	Documents(JdbcClient jdbc) {
		this.jdbc = jdbc;
	}

	long add(String title, String contentType, ObjectId content) {
		return this.jdbc.sql(INSERT)
			.params(title, contentType, content.toString(), Instant.now().toString())
			.query(Long.class)
			.single();
	}

	Optional<Document> find(long id) {
		return this.jdbc.sql(SELECT).param(id).query(Documents::document).optional();
	}

	List<Document> newest(int limit) {
		return this.jdbc.sql(SELECT_NEWEST).param(limit).query(Documents::document).list();
	}

	void delete(long id) {
		this.jdbc.sql(DELETE).param(id).update();
	}

	boolean uses(ObjectId content) {
		return this.jdbc.sql(COUNT_USERS).param(content.toString()).query(Integer.class).single() > 0;
	}

	private static Document document(ResultSet row, int number) throws SQLException {
		return new Document(row.getLong("id"), row.getString("title"), row.getString("content_type"),
				ObjectId.parse(row.getString("content")), Instant.parse(row.getString("added")));
	}

}
