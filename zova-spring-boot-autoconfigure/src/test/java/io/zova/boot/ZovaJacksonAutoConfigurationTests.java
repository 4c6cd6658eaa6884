package io.zova.boot;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

import io.zova.object.ChunkId;
import io.zova.object.ObjectId;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JacksonModule;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * An application's own JSON holds ids as text.
 */
class ZovaJacksonAutoConfigurationTests {

	private static final String ABC = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(ZovaJacksonAutoConfiguration.class, JacksonAutoConfiguration.class));

	@Test
	void idsInARecordAreWrittenAndReadAsHexadecimalText() {
		this.runner.run((context) -> {
			JsonMapper json = context.getBean(JsonMapper.class);
			ObjectId id = ObjectId.ofContent("abc".getBytes(StandardCharsets.US_ASCII));
			Article article = new Article("t", id, List.of(ChunkId.parse(ABC)), Map.of(id, 3));
			String text = json.writeValueAsString(article);
			assertThat(json.readTree(text)).isEqualTo(json.readTree("""
					{"title": "t", "pdf": "%1$s", "chunks": ["%1$s"], "sizes": {"%1$s": 3}}""".formatted(ABC)));
			assertThat(json.readValue(text, Article.class)).isEqualTo(article);
		});
	}

	@Test
	void withoutJacksonItBacksOff() {
		this.runner.withClassLoader(new FilteredClassLoader(JacksonModule.class))
			.run((context) -> assertThat(context).doesNotHaveBean("zovaJacksonModule"));
	}

	record Article(String title, ObjectId pdf, List<ChunkId> chunks, Map<ObjectId, Integer> sizes) {
	}

}
