package org.springframework.modulith.events.jpa;

import org.mockito.Mockito;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.modulith.events.config.EventPublicationAutoConfiguration;
import org.springframework.modulith.events.core.EventPublicationRepository;

/**
 * Has the name and the order of Spring Modulith's own, which would bring JPA entities
 * into every test.
 */
@AutoConfiguration(before = EventPublicationAutoConfiguration.class)
public class JpaEventPublicationAutoConfiguration {

	@Bean
	EventPublicationRepository jpaEventPublicationRepository() {
		return Mockito.mock(EventPublicationRepository.class);
	}

}
