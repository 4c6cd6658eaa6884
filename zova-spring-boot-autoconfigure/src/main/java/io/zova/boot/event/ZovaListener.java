package io.zova.boot.event;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import org.springframework.aot.hint.annotation.Reflective;

/**
 * Calls a method with each notification of one channel, after the commit, one after the
 * other, on a thread that is not the publisher's.
 * <p>
 * The method has one parameter: a {@code String} gets the payload, a
 * {@link ZovaNotification} the whole notification, and any other type is read from the
 * payload as JSON. If the method throws or the payload does not fit the type, that is
 * logged and counted, and the next notification follows.
 */
@Documented
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@Reflective(ZovaListenerReflectiveProcessor.class)
public @interface ZovaListener {

	/**
	 * The channel. Placeholders such as <code>${orders.channel}</code> are resolved.
	 * @return the channel
	 */
	String channel();

}
