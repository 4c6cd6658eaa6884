package io.zova.object;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.ReadableByteChannel;

import org.jspecify.annotations.Nullable;

import org.springframework.core.io.AbstractResource;

/**
 * An object as Spring's {@code Resource}. Its stream skips at no cost, which is all that
 * Spring MVC and WebFlux need to serve ranges of it: <pre class="code">
 * &#64;GetMapping("/files/{id}")
 * ResponseEntity&lt;Resource&gt; file(&#64;PathVariable ObjectId id) {
 *     ObjectResource file = objects.asResource(id);
 *     return ResponseEntity.ok().eTag(file.eTag()).contentType(MediaType.APPLICATION_PDF).body(file);
 * }
 * </pre>
 */
public final class ObjectResource extends AbstractResource {

	private final ObjectTemplate objects;

	private final ObjectId id;

	private final @Nullable String filename;

	ObjectResource(ObjectTemplate objects, ObjectId id, @Nullable String filename) {
		this.objects = objects;
		this.id = id;
		this.filename = filename;
	}

	/**
	 * The same object under a name, from which Spring derives a content type.
	 * @param name a file name
	 * @return the named resource
	 */
	public ObjectResource withFilename(String name) {
		return new ObjectResource(this.objects, this.id, name);
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
	public long contentLength() throws IOException {
		requireExists();
		return this.objects.size(this.id);
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
	public InputStream getInputStream() throws IOException {
		requireExists();
		return this.objects.openLazily(this.id);
	}

	@Override
	public ReadableByteChannel readableChannel() throws IOException {
		requireExists();
		return this.objects.openChannel(this.id);
	}

	private void requireExists() throws FileNotFoundException {
		if (!exists()) {
			throw new FileNotFoundException(getDescription() + " does not exist");
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
