package io.zova.boot;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

import javax.sql.DataSource;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.beans.PropertyAccessor;
import org.springframework.beans.PropertyAccessorFactory;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.boot.jdbc.DataSourceUnwrapper;
import org.springframework.transaction.TransactionManager;
import org.springframework.transaction.annotation.TransactionManagementConfigurer;

import io.zova.ZovaDatabase;
import io.zova.sqlite.ZovaDataSource;

/**
 * Logs at the start which transaction manager {@code @Transactional} means, where that is
 * not plain: if there are several, or if the only one is not Zova's.
 */
final class TransactionManagerNotice implements SmartInitializingSingleton {

	private static final Logger logger = LoggerFactory.getLogger(TransactionManagerNotice.class);

	private final ZovaDatabase database;

	private final ListableBeanFactory beans;

	TransactionManagerNotice(ZovaDatabase database, ListableBeanFactory beans) {
		this.database = database;
		this.beans = beans;
	}

	@Override
	public void afterSingletonsInstantiated() {
		List<String> names = Arrays.asList(this.beans.getBeanNamesForType(TransactionManager.class));
		List<String> ours = names.stream().filter((name) -> isOurs(this.beans.getBean(name))).toList();
		if (names.size() == ours.size() && names.size() < 2) {
			return;
		}
		TransactionManager meant = meant();
		if (meant == null) {
			logger.info("@Transactional needs a name here, because several transaction managers are there: {}. {}",
					quoted(names), advice(ours));
			return;
		}
		String name = names.stream()
			.filter((candidate) -> this.beans.getBean(candidate) == meant)
			.findFirst()
			.orElse(meant.toString());
		if (isOurs(meant)) {
			logger.info("@Transactional without a name means '{}', Zova's own, out of the transaction managers {}",
					name, quoted(names));
		}
		else {
			logger.info("@Transactional without a name means '{}', which is not Zova's. {}", name, advice(ours));
		}
	}

	private @Nullable TransactionManager meant() {
		TransactionManagementConfigurer configurer = this.beans.getBeanProvider(TransactionManagementConfigurer.class)
			.getIfUnique();
		return (configurer != null) ? configurer.annotationDrivenTransactionManager()
				: this.beans.getBeanProvider(TransactionManager.class).getIfUnique();
	}

	/** Managers for JDBC and for JPA both have a data source, and no type in common. */
	private boolean isOurs(Object manager) {
		PropertyAccessor properties = PropertyAccessorFactory.forBeanPropertyAccess(manager);
		return properties.isReadableProperty("dataSource")
				&& properties.getPropertyValue("dataSource") instanceof DataSource dataSource
				&& DataSourceUnwrapper.unwrap(dataSource, ZovaDataSource.class) == this.database.dataSource();
	}

	private static String advice(List<String> ours) {
		return ours.isEmpty() ? "There is no transaction manager for Zova's data source."
				: "What shall be one transaction in Zova needs " + ours.stream()
					.map((name) -> "@Transactional(\"" + name + "\")")
					.collect(Collectors.joining(" or ")) + ".";
	}

	private static String quoted(List<String> names) {
		return names.stream().map((name) -> "'" + name + "'").collect(Collectors.joining(", "));
	}

}
