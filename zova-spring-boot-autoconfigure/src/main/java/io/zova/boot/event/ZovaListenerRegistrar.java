package io.zova.boot.event;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import org.springframework.aop.framework.autoproxy.AutoProxyUtils;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.core.MethodIntrospector;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.core.annotation.AnnotationUtils;

import io.zova.notification.NotificationOperations;
import io.zova.notification.Subscription;

/**
 * Finds the {@link ZovaListener} methods of all beans and subscribes them while the
 * application runs.
 */
public class ZovaListenerRegistrar extends SubscribingLifecycle implements SmartInitializingSingleton {

	private final ConfigurableListableBeanFactory beanFactory;

	private final NotificationOperations notifications;

	private final @Nullable PayloadReader reader;

	private final List<ListenerMethod> methods = new ArrayList<>();

	public ZovaListenerRegistrar(ConfigurableListableBeanFactory beanFactory, NotificationOperations notifications,
			@Nullable PayloadReader reader) {
		this.beanFactory = beanFactory;
		this.notifications = notifications;
		this.reader = reader;
	}

	@Override
	public void afterSingletonsInstantiated() {
		for (String beanName : this.beanFactory.getBeanNamesForType(Object.class, false, false)) {
			Class<?> type = AutoProxyUtils.determineTargetClass(this.beanFactory, beanName);
			if (type != null && AnnotationUtils.isCandidateClass(type, ZovaListener.class)
					&& !beanName.startsWith("scopedTarget.")) {
				register(beanName, type);
			}
		}
	}

	@Override
	protected List<Subscription> subscribe() {
		return this.methods.stream().map((method) -> this.notifications.subscribe(method.channel(), method)).toList();
	}

	private void register(String beanName, Class<?> type) {
		Map<Method, ZovaListener> found = MethodIntrospector.selectMethods(type,
				(MethodIntrospector.MetadataLookup<ZovaListener>) (method) -> AnnotatedElementUtils
					.findMergedAnnotation(method, ZovaListener.class));
		found.forEach((method, listener) -> {
			String channel = this.beanFactory.resolveEmbeddedValue(listener.channel());
			this.methods.add(new ListenerMethod((channel != null) ? channel : "", method,
					() -> this.beanFactory.getBean(beanName), this.reader));
		});
	}

}
