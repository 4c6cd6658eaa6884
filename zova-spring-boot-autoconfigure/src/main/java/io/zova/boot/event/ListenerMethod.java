package io.zova.boot.event;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Type;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import org.springframework.aop.support.AopUtils;
import org.springframework.util.ClassUtils;
import org.springframework.util.ReflectionUtils;

import io.zova.notification.Notification;
import io.zova.notification.NotificationListener;

/**
 * A method that is called with the notifications of its channel.
 */
final class ListenerMethod implements NotificationListener {

	private final String channel;

	private final Method method;

	private final Type parameter;

	private final Supplier<Object> bean;

	private final @Nullable PayloadReader reader;

	ListenerMethod(String channel, Method method, Supplier<Object> bean, @Nullable PayloadReader reader) {
		this.channel = channel;
		this.method = method;
		this.bean = bean;
		this.reader = reader;
		if (method.getParameterCount() != 1) {
			throw new IllegalStateException("@ZovaListener method " + method.toGenericString() + " must have one "
					+ "parameter (a String, a ZovaNotification, or a type to read the payload into), but has "
					+ method.getParameterCount());
		}
		this.parameter = method.getGenericParameterTypes()[0];
		if (reader == null && !isBuiltIn()) {
			throw new IllegalStateException("@ZovaListener method " + method.toGenericString()
					+ " wants its payload read as JSON, but there is neither a JsonMapper nor a PayloadReader bean: "
					+ "add spring-boot-starter-jackson, or take a String");
		}
	}

	String channel() {
		return this.channel;
	}

	String name() {
		return ClassUtils.getShortName(this.method.getDeclaringClass()) + "." + this.method.getName();
	}

	@Override
	public void onNotification(Notification notification) throws Exception {
		Object target = this.bean.get();
		Method invocable = AopUtils.selectInvocableMethod(this.method, target.getClass());
		ReflectionUtils.makeAccessible(invocable);
		try {
			invocable.invoke(target, argument(notification));
		}
		catch (InvocationTargetException ex) {
			ReflectionUtils.rethrowException(ex.getTargetException());
		}
	}

	private Object argument(Notification notification) {
		if (this.parameter == String.class) {
			return notification.payload();
		}
		if (this.parameter == ZovaNotification.class) {
			return ZovaNotification.of(notification);
		}
		if (this.parameter == Notification.class || this.reader == null) {
			return notification;
		}
		return this.reader.read(notification.payload(), this.parameter);
	}

	private boolean isBuiltIn() {
		return this.parameter == String.class || this.parameter == ZovaNotification.class
				|| this.parameter == Notification.class;
	}

}
