package io.zova.boot.integration;

import java.nio.file.Path;
import java.time.Instant;
import java.util.Date;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.quartz.Job;
import org.quartz.JobBuilder;
import org.quartz.JobDataMap;
import org.quartz.JobExecutionContext;
import org.quartz.JobKey;
import org.quartz.PersistJobDataAfterExecution;
import org.quartz.Scheduler;
import org.quartz.SimpleScheduleBuilder;
import org.quartz.TriggerBuilder;
import org.quartz.impl.calendar.HolidayCalendar;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceTransactionManagerAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.io.ClassPathResource;
import org.springframework.jdbc.datasource.init.ResourceDatabasePopulator;
import org.springframework.scheduling.quartz.SchedulerFactoryBean;
import org.springframework.transaction.PlatformTransactionManager;

import io.zova.boot.ZovaAutoConfiguration;
import io.zova.boot.ZovaDataSourceAutoConfiguration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Quartz keeps its jobs in the file, with its standard delegate, which reads and writes
 * blobs.
 */
class QuartzTests {

	private static final BlockingQueue<Object> RUNS = new LinkedBlockingQueue<>();

	@TempDir
	private Path directory;

	private ApplicationContextRunner runner() {
		return new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(ZovaAutoConfiguration.class, ZovaDataSourceAutoConfiguration.class,
					DataSourceAutoConfiguration.class, DataSourceTransactionManagerAutoConfiguration.class))
			.withUserConfiguration(Quartz.class)
			.withPropertyValues("zova.path=" + this.directory.resolve("app.zova"));
	}

	@Test
	void aJobWithDataSurvivesARestartAndRuns() {
		runner().run((context) -> {
			Scheduler scheduler = context.getBean(Scheduler.class);
			HolidayCalendar holidays = new HolidayCalendar();
			holidays.addExcludedDate(new Date(0));
			scheduler.addCalendar("holidays", holidays, false, false);
			scheduler.addJob(JobBuilder.newJob(Counting.class)
				.withIdentity("counting")
				.storeDurably()
				.usingJobData(new JobDataMap(Map.of("count", 0, "at", Instant.EPOCH)))
				.build(), false);
			scheduler.scheduleJob(TriggerBuilder.newTrigger()
				.forJob("counting")
				.modifiedByCalendar("holidays")
				.withSchedule(SimpleScheduleBuilder.repeatSecondlyForTotalCount(1))
				.startAt(new Date(System.currentTimeMillis() + 3_600_000))
				.build());
		});
		runner().run((context) -> {
			Scheduler scheduler = context.getBean(Scheduler.class);
			JobDataMap data = scheduler.getJobDetail(JobKey.jobKey("counting")).getJobDataMap();
			assertThat(data).containsEntry("at", Instant.EPOCH);
			assertThat(scheduler.getTriggersOfJob(JobKey.jobKey("counting"))).hasSize(1);
			assertThat(((HolidayCalendar) scheduler.getCalendar("holidays")).getExcludedDates()).hasSize(1);
			scheduler.start();
			scheduler.triggerJob(JobKey.jobKey("counting"));
			assertThat(RUNS.poll(60, TimeUnit.SECONDS)).isEqualTo(1);
			long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
			while (scheduler.getJobDetail(JobKey.jobKey("counting")).getJobDataMap().getInt("count") < 1) {
				assertThat(System.nanoTime() - deadline).isNegative();
				TimeUnit.MILLISECONDS.sleep(10);
			}
		});
	}

	/**
	 * Counts its runs in its stored data.
	 */
	@PersistJobDataAfterExecution
	public static class Counting implements Job {

		@Override
		public void execute(JobExecutionContext context) {
			JobDataMap data = context.getJobDetail().getJobDataMap();
			data.put("count", data.getInt("count") + 1);
			RUNS.add(data.getInt("count"));
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Quartz {

		@Bean
		SchedulerFactoryBean scheduler(javax.sql.DataSource dataSource, PlatformTransactionManager transactions) {
			ResourceDatabasePopulator schema = new ResourceDatabasePopulator(
					new ClassPathResource("org/quartz/impl/jdbcjobstore/tables_derby.sql"));
			schema.setContinueOnError(true);
			schema.execute(dataSource);
			SchedulerFactoryBean scheduler = new SchedulerFactoryBean();
			scheduler.setDataSource(dataSource);
			scheduler.setTransactionManager(transactions);
			scheduler.setAutoStartup(false);
			Properties properties = new Properties();
			// The standard one selects rows "for update".
			properties.setProperty("org.quartz.jobStore.lockHandler.class",
					"org.quartz.impl.jdbcjobstore.UpdateLockRowSemaphore");
			// Else a trigger may end between the two statements that read it.
			properties.setProperty("org.quartz.jobStore.acquireTriggersWithinLock", "true");
			scheduler.setQuartzProperties(properties);
			return scheduler;
		}

	}

}
