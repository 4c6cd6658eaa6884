package io.zova.boot.integration;

import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import org.jspecify.annotations.Nullable;

/**
 * A row that Spring Data JDBC and JPA both can map.
 */
@Entity
@org.springframework.data.relational.core.mapping.Table("book")
class Book {

	@Id
	@org.springframework.data.annotation.Id
	@GeneratedValue(strategy = GenerationType.IDENTITY)
	private @Nullable Long id;

	private String title = "";

	@jakarta.persistence.Column(name = "\"year\"")
	@org.springframework.data.relational.core.mapping.Column("year")
	private @Nullable Integer year;

	protected Book() {
	}

	Book(String title) {
		this.title = title;
	}

	@Nullable Long getId() {
		return this.id;
	}

	void setId(@Nullable Long id) {
		this.id = id;
	}

	String getTitle() {
		return this.title;
	}

	void setTitle(String title) {
		this.title = title;
	}

	@Nullable Integer getYear() {
		return this.year;
	}

	void setYear(@Nullable Integer year) {
		this.year = year;
	}

}
