package io.zova.samples.jpa;

import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

import io.zova.object.ObjectId;
import io.zova.object.ObjectOperations;

/**
 * Files invoices: the entity and the scan together, or neither.
 */
@Service
class Archive {

	private final Invoices invoices;

	private final ObjectOperations objects;

	Archive(Invoices invoices, ObjectOperations objects) {
		this.invoices = invoices;
		this.objects = objects;
	}

	/**
	 * Files an invoice.
	 * @param number its number, which must not be taken
	 * @param scan the bytes of the scan
	 * @return the invoice
	 */
	@Transactional
	Invoice file(String number, byte[] scan) {
		ObjectId object = this.objects.put(scan);
		return this.invoices.save(new Invoice(number, object.toString()));
	}

}
