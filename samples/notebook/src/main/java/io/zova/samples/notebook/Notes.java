package io.zova.samples.notebook;

import java.util.List;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/**
 * The notes of the notebook.
 */
@Component
class Notes {

	private static final String CREATE_TABLE = """
			create table if not exists note (id integer primary key, text text not null)""";

	private static final String INSERT = """
			insert into note (text) values (?)""";

	private static final String SELECT_ALL = """
			select id, text from note order by id""";

	private final JdbcClient jdbc;

	Notes(JdbcClient jdbc) {
		this.jdbc = jdbc;
	}

	void createTable() {
		this.jdbc.sql(CREATE_TABLE).update();
	}

	/**
	 * Adds all of these notes, or none.
	 */
	@Transactional
	void add(String... texts) {
		for (String text : texts) {
			this.jdbc.sql(INSERT).param(text).update();
		}
	}

	List<Note> all() {
		return this.jdbc.sql(SELECT_ALL).query(Note.class).list();
	}

	record Note(long id, String text) {
	}

}
