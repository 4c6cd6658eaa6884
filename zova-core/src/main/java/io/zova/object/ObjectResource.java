package io.zova.object;

import java.nio.channels.ReadableByteChannel;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

import org.springframework.core.io.AbstractResource;

import io.zova.ZovaException;
import io.zova.ZovaStatus;

/**
 * An object as Spring's {@code Resource}. Its stream skips at no cost, which is all that
 * Spring MVC and WebFlux need to serve ranges of it. With Spring Boot and Spring MVC a
 * missing object is answered with 404: <pre class="code">
 * &#64;GetMapping("/files/{id}")
 * ResponseEntity&lt;Resource&gt; file(&#64;PathVariable ObjectId id) {
 *     ObjectResource file = objects.asResource(id);
 *     return ResponseEntity.ok().eTag(file.eTag()).contentType(MediaType.APPLICATION_PDF).body(file);
 * }
 * </pre>
 */
public final class ObjectResource extends AbstractResource {

	private final ObjectOperations objects;

	private final Function<ObjectId, ObjectReader> opening;

	private final ObjectId id;

	private final @Nullable String filename;

	/**
	 * Creates the resource of an object, whether it exists or not.
	 * @param objects where the object is
	 * @param opening opens an object; reads none of it, for those who will skip
	 * @param id the object
	 */
	public ObjectResource(ObjectOperations objects, Function<ObjectId, ObjectReader> opening, ObjectId id) {
		this(objects, opening, id, null);
	}

	private ObjectResource(ObjectOperations objects, Function<ObjectId, ObjectReader> opening, ObjectId id,
			@Nullable String filename) {
		this.objects = objects;
		this.opening = opening;
		this.id = id;
		this.filename = filename;
	}

	/**
	 * The same object under a name, from which Spring derives a content type.
	 * @param name a file name
	 * @return the named resource
	 */
	public ObjectResource withFilename(String name) {
		return new ObjectResource(this.objects, this.opening, this.id, name);
	}

	/**
	 * The object.
	 * @return its id
	 */
	public ObjectId id() {
		return this.id;
	}

	/**
	 * A strong entity tag: equal tags mean equal bytes.
	 * @return the id in quotes
	 */
	public String eTag() {
		return '"' + this.id.toString() + '"';
	}

	@Override
	public boolean exists() {
		return this.objects.exists(this.id);
	}

	@Override
	public boolean isReadable() {
		return exists();
	}

	@Override
	public long contentLength() throws ObjectNotFoundException {
		return require(this.objects::size);
	}

	/**
	 * Always the beginning of time: what an id names never changes.
	 */
	@Override
	public long lastModified() {
		return 0;
	}

	@Override
	public @Nullable String getFilename() {
		return this.filename;
	}

	@Override
	public String getDescription() {
		return "object [" + this.id + "]";
	}

	@Override
	public ObjectReader getInputStream() throws ObjectNotFoundException {
		return require(this.opening);
	}

	@Override
	public ReadableByteChannel readableChannel() throws ObjectNotFoundException {
		return require(this.objects::openChannel);
	}

	/** Asks once, so that nobody can delete the object between two questions. */
	private <T> T require(Function<ObjectId, T> question) throws ObjectNotFoundException {
		try {
			return question.apply(this.id);
		}
		catch (ZovaException ex) {
			if (ex.status() == ZovaStatus.OBJECT_NOT_FOUND) {
				throw new ObjectNotFoundException(this.id);
			}
			throw ex;
		}
	}

	@Override
	public boolean equals(@Nullable Object other) {
		return other instanceof ObjectResource resource && this.id.equals(resource.id)
				&& this.objects.equals(resource.objects);
	}

	@Override
	public int hashCode() {
		return this.id.hashCode();
	}

}
