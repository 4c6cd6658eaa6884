package io.zova.boot;

import tools.jackson.databind.JacksonModule;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.ser.std.ToStringSerializer;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;

import io.zova.object.ChunkId;
import io.zova.object.ObjectId;

/**
 * Lets JSON hold object and chunk ids as hexadecimal text. Reading needs no help: Jackson
 * finds their {@code valueOf}.
 */
@AutoConfiguration(beforeName = "org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration")
@ConditionalOnClass({ ObjectId.class, JacksonModule.class })
public class ZovaJacksonAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean(name = "zovaJacksonModule")
	JacksonModule zovaJacksonModule() {
		return new SimpleModule("zova").addSerializer(ObjectId.class, ToStringSerializer.instance)
			.addSerializer(ChunkId.class, ToStringSerializer.instance);
	}

}
