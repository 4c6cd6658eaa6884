package io.zova.boot.event;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import io.micrometer.observation.ObservationRegistry;

import org.springframework.aop.framework.autoproxy.AutoProxyUtils;
import org.springframework.beans.factory.ObjectProvider;
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

	private final ObjectProvider<NotificationOperations> notifications;

	private final ObjectProvider<PayloadReader> readers;

	private final ObjectProvider<ObservationRegistry> observations;

	private final List<ListenerMethod> methods = new ArrayList<>();

	/**
	 * A registrar for the beans of a factory.
	 * @param beanFactory where the beans with listener methods are
	 * @param notifications where notifications come from
	 * @param readers reads payloads, where listeners want anything but text
	 * @param observations where calls of listeners are observed, if anywhere
	 */
	public ZovaListenerRegistrar(ConfigurableListableBeanFactory beanFactory,
			ObjectProvider<NotificationOperations> notifications, ObjectProvider<PayloadReader> readers,
			ObjectProvider<ObservationRegistry> observations) {
		this.beanFactory = beanFactory;
		this.notifications = notifications;
		this.readers = readers;
		this.observations = observations;
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
		NotificationOperations notifications = this.notifications.getObject();
		ObservationRegistry registry = this.observations.getIfAvailable(() -> ObservationRegistry.NOOP);
		return this.methods.stream()
			.map((method) -> notifications.subscribe(method.channel(),
					new ListenerObservation(method, method.name(), registry)))
			.toList();
	}

	private void register(String beanName, Class<?> type) {
		Map<Method, ZovaListener> found = MethodIntrospector.selectMethods(type,
				(MethodIntrospector.MetadataLookup<ZovaListener>) (method) -> AnnotatedElementUtils
					.findMergedAnnotation(method, ZovaListener.class));
		PayloadReader reader = this.readers.getIfAvailable();
		found.forEach((method, listener) -> {
			String channel = this.beanFactory.resolveEmbeddedValue(listener.channel());
			this.methods.add(new ListenerMethod((channel != null) ? channel : "", method,
					() -> this.beanFactory.getBean(beanName), reader));
		});
	}

}
