package io.zova.boot.test.slice;

import java.time.Instant;
import java.util.List;

import org.springframework.data.repository.CrudRepository;

import io.zova.object.ObjectId;

interface Notes extends CrudRepository<Note, Long> {

	List<Note> findByAtAfterOrderByAt(Instant at);

	List<Note> findByAttachment(ObjectId attachment);

}
