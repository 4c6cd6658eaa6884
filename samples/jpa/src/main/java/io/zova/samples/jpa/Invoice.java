package io.zova.samples.jpa;

import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import org.jspecify.annotations.Nullable;

/**
 * An invoice, with the id of the object that holds its scan.
 */
@Entity
class Invoice {

	@Id
	@GeneratedValue(strategy = GenerationType.IDENTITY)
	private @Nullable Long id;

	private String number = "";

	private String scan = "";

	protected Invoice() {
	}

	Invoice(String number, String scan) {
		this.number = number;
		this.scan = scan;
	}

	public @Nullable Long getId() {
		return this.id;
	}

	public String getNumber() {
		return this.number;
	}

	public String getScan() {
		return this.scan;
	}

}
