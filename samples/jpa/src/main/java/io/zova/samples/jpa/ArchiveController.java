package io.zova.samples.jpa;

import java.util.List;

import org.springframework.core.io.Resource;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

import io.zova.object.ObjectId;
import io.zova.object.ObjectOperations;

/**
 * Invoices over HTTP.
 */
@RestController
@RequestMapping("/invoices")
class ArchiveController {

	private final Archive archive;

	private final Invoices invoices;

	private final ObjectOperations objects;

	ArchiveController(Archive archive, Invoices invoices, ObjectOperations objects) {
		this.archive = archive;
		this.invoices = invoices;
		this.objects = objects;
	}

	@GetMapping
	List<Invoice> all() {
		return this.invoices.findAll();
	}

	@PutMapping("/{number}")
	@ResponseStatus(HttpStatus.CREATED)
	Invoice file(@PathVariable String number, @RequestBody byte[] scan) {
		return this.archive.file(number, scan);
	}

	@GetMapping("/{number}/scan")
	ResponseEntity<Resource> scan(@PathVariable String number) {
		return this.invoices.findByNumber(number)
			.map((invoice) -> ResponseEntity.ok()
				.contentType(MediaType.APPLICATION_OCTET_STREAM)
				.<Resource>body(this.objects.asResource(ObjectId.parse(invoice.getScan()))))
			.orElseGet(() -> ResponseEntity.notFound().build());
	}

	@ExceptionHandler(DataIntegrityViolationException.class)
	@ResponseStatus(HttpStatus.CONFLICT)
	String taken() {
		return "An invoice of this number is filed already.";
	}

}
