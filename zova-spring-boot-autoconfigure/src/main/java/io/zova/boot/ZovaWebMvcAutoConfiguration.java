package io.zova.boot;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.web.servlet.mvc.method.annotation.ResponseBodyAdvice;

import io.zova.boot.web.ObjectResourceAdvice;
import io.zova.object.ObjectOperations;

/**
 * Objects as responses of Spring MVC controllers.
 */
@AutoConfiguration(after = ZovaTemplatesAutoConfiguration.class)
@ConditionalOnClass({ ObjectOperations.class, ResponseBodyAdvice.class })
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
@ConditionalOnBean(ObjectOperations.class)
public class ZovaWebMvcAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean
	ObjectResourceAdvice zovaObjectResourceAdvice() {
		return new ObjectResourceAdvice();
	}

}
