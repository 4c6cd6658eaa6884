package io.zova.samples.notebook;

import java.time.Instant;

import io.zova.object.ObjectId;

/**
 * A row of the table of documents.
 *
 * @param id its number
 * @param title what the page calls it
 * @param contentType what kind of file it is
 * @param content where its bytes are
 * @param added when it was added
 */
record Document(long id, String title, String contentType, ObjectId content, Instant added) {

}
