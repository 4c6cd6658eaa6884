package io.zova.samples.jpa;

import java.util.Optional;

import org.springframework.data.jpa.repository.JpaRepository;

/**
 * The invoices.
 */
interface Invoices extends JpaRepository<Invoice, Long> {

	Optional<Invoice> findByNumber(String number);

}
