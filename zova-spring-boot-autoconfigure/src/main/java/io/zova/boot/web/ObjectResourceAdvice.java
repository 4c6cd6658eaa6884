package io.zova.boot.web;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;

import org.jspecify.annotations.Nullable;

import org.springframework.core.MethodParameter;
import org.springframework.core.annotation.Order;
import org.springframework.core.io.InputStreamResource;
import org.springframework.core.io.support.ResourceRegion;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.converter.HttpMessageConverter;
import org.springframework.http.converter.ResourceHttpMessageConverter;
import org.springframework.http.converter.ResourceRegionHttpMessageConverter;
import org.springframework.http.server.ServerHttpRequest;
import org.springframework.http.server.ServerHttpResponse;
import org.springframework.web.bind.annotation.ControllerAdvice;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.servlet.mvc.method.annotation.ResponseBodyAdvice;

import io.zova.ZovaException;
import io.zova.ZovaStatus;
import io.zova.object.ObjectNotFoundException;
import io.zova.object.ObjectReader;
import io.zova.object.ObjectResource;

/**
 * Answers with objects as HTTP wants it where Spring MVC does not by itself: a missing
 * object is 404, whenever it went missing; {@code HEAD} and 416 read no content; a range
 * is part of the object that {@code If-Range} names, or else everything is sent.
 * <p>
 * Spring MVC has cut the object into regions, or answered 416, before it asks an advice.
 * It writes the whole content as the body of a 416, and it swallows a
 * {@code FileNotFoundException} after the headers. So the object is opened once, before
 * any header is written, and written here.
 */
@ControllerAdvice
@Order(0)
public class ObjectResourceAdvice implements ResponseBodyAdvice<Object> {

	private final ResourceHttpMessageConverter whole = new ResourceHttpMessageConverter();

	private final ResourceRegionHttpMessageConverter regions = new ResourceRegionHttpMessageConverter();

	@Override
	public boolean supports(MethodParameter returnType, Class<? extends HttpMessageConverter<?>> converterType) {
		return converterType == ResourceHttpMessageConverter.class
				|| converterType == ResourceRegionHttpMessageConverter.class;
	}

	@Override
	public @Nullable Object beforeBodyWrite(@Nullable Object body, MethodParameter returnType, MediaType contentType,
			Class<? extends HttpMessageConverter<?>> converterType, ServerHttpRequest request,
			ServerHttpResponse response) {
		ObjectResource object = objectOf(body);
		if (body == null || object == null) {
			return body;
		}
		try {
			write(object, body, contentType, request, response);
			return null;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (ZovaException ex) {
			if (ex.status() == ZovaStatus.OBJECT_NOT_FOUND) {
				throw new UncheckedIOException(new ObjectNotFoundException(object.id()));
			}
			throw ex;
		}
	}

	private static @Nullable ObjectResource objectOf(@Nullable Object body) {
		Object resource = (body instanceof List<?> list && !list.isEmpty() && list.get(0) instanceof ResourceRegion of)
				? of.getResource() : body;
		return (resource instanceof ObjectResource object) ? object : null;
	}

	private void write(ObjectResource object, Object body, MediaType contentType, ServerHttpRequest request,
			ServerHttpResponse response) throws IOException {
		HttpHeaders headers = response.getHeaders();
		boolean cut = body instanceof List<?>;
		boolean outside = headers.containsHeader(HttpHeaders.CONTENT_RANGE);
		boolean head = request.getMethod() == HttpMethod.HEAD;
		if ((cut || outside) && (head || !isOf(request.getHeaders().getFirst(HttpHeaders.IF_RANGE), headers))) {
			headers.remove(HttpHeaders.CONTENT_RANGE);
			response.setStatusCode(HttpStatus.OK);
			cut = false;
			outside = false;
		}
		if (outside) {
			response.flush();
		}
		else if (cut) {
			this.regions.write(body, List.class, contentType, response);
		}
		else {
			try (ObjectReader content = object.getInputStream()) {
				this.whole.write(new Opened(object, content, head), contentType, response);
			}
		}
	}

	/**
	 * A range is only of what the client has if the tag is strong, or the date the same.
	 */
	private static boolean isOf(@Nullable String ifRange, HttpHeaders headers) {
		return ifRange == null || !ifRange.startsWith("W/") && (ifRange.equals(headers.getFirst(HttpHeaders.ETAG))
				|| ifRange.equals(headers.getFirst(HttpHeaders.LAST_MODIFIED)));
	}

	/**
	 * A missing object.
	 * @param ex names the object
	 */
	@ExceptionHandler
	@ResponseStatus(code = HttpStatus.NOT_FOUND, reason = "The object does not exist")
	public void missing(ObjectNotFoundException ex) {
	}

	/** Has one length, whatever happens to the object. */
	private static final class Opened extends InputStreamResource {

		private final ObjectResource object;

		private final long length;

		private Opened(ObjectResource object, ObjectReader content, boolean head) {
			super(head ? InputStream.nullInputStream() : content);
			this.object = object;
			this.length = content.object().size();
		}

		@Override
		public long contentLength() {
			return this.length;
		}

		@Override
		public @Nullable String getFilename() {
			return this.object.getFilename();
		}

		@Override
		public boolean equals(@Nullable Object other) {
			return this == other;
		}

		@Override
		public int hashCode() {
			return System.identityHashCode(this);
		}

	}

}
