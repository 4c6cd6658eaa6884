package io.zova.boot.web;

import java.nio.charset.StandardCharsets;

import org.springframework.http.ContentDisposition;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;

import io.zova.object.ObjectResource;

/**
 * Objects as responses of Spring MVC controllers: with their tag, so that browsers ask
 * only whether they have the newest, a content type that no browser replaces by its own
 * guess, and a name to save them under.
 */
public final class ObjectResponse {

	private ObjectResponse() {
	}

	/**
	 * An object to be shown by the browser. Content that users have put may be a page
	 * with scripts: serve it as an attachment, or from a domain of its own.
	 * @param object the object; its filename is what it is saved as
	 * @param type what it is
	 * @return the response
	 */
	public static ResponseEntity<ObjectResource> inline(ObjectResource object, MediaType type) {
		return response(object, type, ContentDisposition.inline());
	}

	/**
	 * An object to be saved.
	 * @param object the object; its filename is what it is saved as
	 * @param type what it is
	 * @return the response
	 */
	public static ResponseEntity<ObjectResource> attachment(ObjectResource object, MediaType type) {
		return response(object, type, ContentDisposition.attachment());
	}

	private static ResponseEntity<ObjectResource> response(ObjectResource object, MediaType type,
			ContentDisposition.Builder disposition) {
		String name = object.getFilename();
		if (name != null) {
			disposition.filename(name, StandardCharsets.UTF_8);
		}
		return ResponseEntity.ok()
			.eTag(object.eTag())
			.contentType(type)
			.header(HttpHeaders.CONTENT_DISPOSITION, disposition.build().toString())
			.header("X-Content-Type-Options", "nosniff")
			.body(object);
	}

}
