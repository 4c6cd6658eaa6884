package io.zova.boot;

import java.nio.file.Path;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;

import io.zova.ZovaDatabase;
import io.zova.boot.backup.BackupSchedule;
import io.zova.boot.backup.Backups;

/**
 * Backups, where {@code zova.backup.directory} says that there shall be some.
 */
@AutoConfiguration(after = ZovaAutoConfiguration.class)
@ConditionalOnClass(ZovaDatabase.class)
@ConditionalOnBean(ZovaDatabase.class)
@ConditionalOnProperty("zova.backup.directory")
@EnableConfigurationProperties(ZovaProperties.class)
public class ZovaBackupAutoConfiguration {

	private static final int ID_DIGITS = 8;

	@Bean
	@ConditionalOnMissingBean
	Backups zovaBackups(ZovaDatabase database, ZovaProperties properties) {
		ZovaProperties.Backup backup = properties.backup();
		String schedule = backup.schedule();
		return new Backups(database, Path.of(String.valueOf(backup.directory())), stem(properties, database),
				(schedule != null) ? BackupSchedule.parse(schedule) : null, backup.keep(), backup.verify());
	}

	/** With a part of its id, so that nothing is mixed up in a directory for several. */
	private static String stem(ZovaProperties properties, ZovaDatabase database) {
		String path = String.valueOf(properties.path());
		String name = path.endsWith(".zova") ? String.valueOf(Path.of(path).getFileName()) : "zova.zova";
		String id = database.databaseId().map((digits) -> "-" + digits.substring(0, ID_DIGITS)).orElse("");
		return name.substring(0, name.length() - ".zova".length()) + id;
	}

}
