package io.zova.object;

import java.io.FileNotFoundException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.util.Arrays;

import org.junit.jupiter.api.Test;

import org.springframework.core.io.DefaultResourceLoader;
import org.springframework.core.io.Resource;
import org.springframework.util.StreamUtils;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Objects are resources wherever Spring takes resources.
 */
class ObjectResourceTests extends ObjectFixture {

	@Test
	void aResourceKnowsItsLengthItsTagAndItsContent() throws Exception {
		byte[] content = random(300_000, 1);
		ObjectResource resource = this.objects.asResource(this.objects.put(content));
		assertThat(resource.exists()).isTrue();
		assertThat(resource.isReadable()).isTrue();
		assertThat(resource.isOpen()).isFalse();
		assertThat(resource.contentLength()).isEqualTo(300_000);
		assertThat(resource.eTag()).isEqualTo('"' + ObjectId.ofContent(content).toString() + '"');
		assertThat(resource.getContentAsByteArray()).isEqualTo(content);
		assertThat(resource.getFilename()).isNull();
		assertThat(resource.withFilename("a.pdf").getFilename()).isEqualTo("a.pdf");
		assertThat(resource).isEqualTo(this.objects.asResource(resource.id()))
			.hasToString("object [" + resource.id() + "]");
		try (ReadableByteChannel channel = resource.readableChannel()) {
			ByteBuffer buffer = ByteBuffer.allocate(10);
			channel.read(buffer);
			assertThat(buffer.array()).isEqualTo(Arrays.copyOf(content, 10));
		}
	}

	@Test
	void aRangeIsServedWithoutReadingWhatComesBeforeIt() throws Exception {
		byte[] content = random(300_000, 1);
		ObjectResource resource = this.objects.asResource(this.objects.put(content));
		// Every chunk but those of the range is damaged, so reading one would show.
		damage("""
				update _zova_chunks set data = zeroblob(size_bytes) where chunk_hash not in
					(select chunk_hash from _zova_object_chunks where offset + size_bytes > 150000 and offset <= 160000)
				""");
		java.io.ByteArrayOutputStream out = new java.io.ByteArrayOutputStream();
		try (InputStream in = resource.getInputStream()) {
			assertThat(StreamUtils.copyRange(in, out, 150_000, 159_999)).isEqualTo(10_000);
		}
		assertThat(out.toByteArray()).isEqualTo(Arrays.copyOfRange(content, 150_000, 160_000));
	}

	@Test
	void aMissingObjectIsAResourceThatDoesNotExist() {
		ObjectResource resource = this.objects.asResource(ObjectTemplate.EMPTY);
		assertThat(resource.exists()).isFalse();
		assertThat(resource.isReadable()).isFalse();
		assertThatExceptionOfType(FileNotFoundException.class).isThrownBy(resource::contentLength)
			.withMessageContaining(ObjectTemplate.EMPTY.toString());
		assertThatExceptionOfType(FileNotFoundException.class).isThrownBy(resource::getInputStream);
	}

	@Test
	void resourceLoadersFindObjectsByTheirLocation() throws Exception {
		byte[] content = random(1_000, 1);
		ObjectId id = this.objects.put(content);
		DefaultResourceLoader loader = new DefaultResourceLoader();
		loader.addProtocolResolver(new ObjectProtocolResolver(() -> this.objects));
		Resource resource = loader.getResource("zova:object/" + id);
		assertThat(resource.getContentAsByteArray()).isEqualTo(content);
		assertThat(loader.getResource("classpath:golden/fastcdc-gear.txt").exists()).isTrue();
		assertStatus(io.zova.ZovaStatus.INVALID_ARGUMENT, () -> loader.getResource("zova:object/abc"));
	}

}
