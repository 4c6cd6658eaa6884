package io.zova.boot.integration;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import javax.sql.DataSource;

import com.github.kagkarlsson.scheduler.Scheduler;
import com.github.kagkarlsson.scheduler.jdbc.DefaultJdbcCustomization;
import com.github.kagkarlsson.scheduler.task.helper.OneTimeTask;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import net.javacrumbs.shedlock.core.LockConfiguration;
import net.javacrumbs.shedlock.core.SimpleLock;
import net.javacrumbs.shedlock.provider.jdbctemplate.JdbcTemplateLockProvider;
import org.jobrunr.configuration.JobRunr;
import org.jobrunr.configuration.JobRunrConfiguration.JobRunrConfigurationResult;
import org.jobrunr.server.BackgroundJobServerConfiguration;
import org.jobrunr.storage.sql.common.SqlStorageProviderFactory;
import org.jobrunr.utils.mapper.jackson3.Jackson3JsonMapper;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.batch.core.BatchStatus;
import org.springframework.batch.core.configuration.annotation.EnableBatchProcessing;
import org.springframework.batch.core.configuration.annotation.EnableJdbcJobRepository;
import org.springframework.batch.core.job.Job;
import org.springframework.batch.core.job.JobExecution;
import org.springframework.batch.core.job.builder.JobBuilder;
import org.springframework.batch.core.job.parameters.JobParametersBuilder;
import org.springframework.batch.core.launch.JobOperator;
import org.springframework.batch.core.repository.JobRepository;
import org.springframework.batch.core.step.Step;
import org.springframework.batch.core.step.builder.StepBuilder;
import org.springframework.batch.infrastructure.repeat.RepeatStatus;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.io.ClassPathResource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.init.ResourceDatabasePopulator;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.core.userdetails.UserDetails;
import org.springframework.security.provisioning.JdbcUserDetailsManager;
import org.springframework.security.web.authentication.rememberme.JdbcTokenRepositoryImpl;
import org.springframework.security.web.authentication.rememberme.PersistentRememberMeToken;
import org.springframework.transaction.PlatformTransactionManager;

import io.zova.ZovaDatabase;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Libraries that keep their state in a data source, over the file.
 */
class NeighboursTests {

	static final BlockingQueue<String> RUNS = new LinkedBlockingQueue<>();

	@TempDir
	private Path directory;

	private ZovaDatabase database;

	private DataSource dataSource;

	private JdbcClient jdbc;

	@BeforeEach
	void open() {
		RUNS.clear();
		this.database = ZovaDatabase.openOrCreate(this.directory.resolve("app.zova"));
		this.dataSource = this.database.dataSource();
		this.jdbc = JdbcClient.create(this.dataSource);
	}

	@AfterEach
	void close() {
		this.database.close();
	}

	@Test
	void springBatchRunsAJobOnce() throws Exception {
		new ResourceDatabasePopulator(new ClassPathResource("org/springframework/batch/core/schema-sqlite.sql"))
			.execute(this.dataSource);
		try (AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext()) {
			context.registerBean("dataSource", DataSource.class, () -> this.dataSource,
					(definition) -> ((org.springframework.beans.factory.support.AbstractBeanDefinition) definition)
						.setDestroyMethodName(""));
			context.registerBean("transactionManager", PlatformTransactionManager.class,
					this.database::transactionManager);
			context.register(Batch.class);
			context.refresh();
			JobOperator operator = context.getBean(JobOperator.class);
			Job job = context.getBean(Job.class);
			JobExecution execution = operator.start(job,
					new JobParametersBuilder().addString("day", "monday").toJobParameters());
			assertThat(execution.getStatus()).isEqualTo(BatchStatus.COMPLETED);
			assertThat(RUNS).containsExactly("batch");
			assertThatExceptionOfType(org.springframework.batch.core.launch.JobInstanceAlreadyCompleteException.class)
				.isThrownBy(() -> operator.start(job,
						new JobParametersBuilder().addString("day", "monday").toJobParameters()));
		}
	}

	@Test
	void dbSchedulerRunsATaskThatWasScheduled() throws Exception {
		this.jdbc.sql("""
				create table scheduled_tasks (
					task_name text not null, task_instance text not null, task_data blob,
					execution_time timestamp not null, picked boolean not null, picked_by text,
					last_success timestamp, last_failure timestamp, consecutive_failures int,
					last_heartbeat timestamp, version bigint not null, priority int,
					primary key (task_name, task_instance))
				""").update();
		OneTimeTask<Void> task = Tasks.oneTime("greet").execute((instance, context) -> RUNS.add(instance.getId()));
		Scheduler scheduler = Scheduler.create(this.dataSource, task)
			.jdbcCustomization(new DefaultJdbcCustomization(false) {
				@Override
				public String getQueryLimitPart(int limit) {
					return " LIMIT " + limit;
				}
			})
			.pollingInterval(Duration.ofMillis(50))
			.build();
		scheduler.schedule(task.instance("1"), Instant.now());
		scheduler.start();
		try {
			assertThat(RUNS.poll(60, TimeUnit.SECONDS)).isEqualTo("1");
		}
		finally {
			scheduler.stop();
		}
	}

	@Test
	void shedLockLocksOnce() {
		this.jdbc.sql("""
				create table shedlock (name text primary key, lock_until timestamp not null,
					locked_at timestamp not null, locked_by text not null)
				""").update();
		JdbcTemplateLockProvider locks = new JdbcTemplateLockProvider(this.dataSource);
		LockConfiguration hour = new LockConfiguration(Instant.now(), "report", Duration.ofHours(1), Duration.ZERO);
		Optional<SimpleLock> lock = locks.lock(hour);
		assertThat(lock).isPresent();
		assertThat(locks.lock(hour)).isEmpty();
		lock.get().unlock();
		assertThat(locks.lock(hour)).isPresent();
	}

	@Test
	void jobRunrRunsAJob() throws Exception {
		JobRunrConfigurationResult jobs = JobRunr.configure()
			.useJsonMapper(new Jackson3JsonMapper())
			.useStorageProvider(SqlStorageProviderFactory.using(this.dataSource))
			.useBackgroundJobServer(BackgroundJobServerConfiguration.usingStandardBackgroundJobServerConfiguration()
				.andPollIntervalInSeconds(5)
				.andWorkerCount(1))
			.initialize();
		try {
			jobs.getJobScheduler().<Greeting>enqueue((greeting) -> greeting.greet("jobrunr"));
			assertThat(RUNS.poll(60, TimeUnit.SECONDS)).isEqualTo("jobrunr");
		}
		finally {
			JobRunr.destroy();
		}
	}

	/**
	 * What JobRunr calls.
	 */
	public static class Greeting {

		public void greet(String name) {
			RUNS.add(name);
		}

	}

	@Test
	void springSecurityKeepsUsersAndRemembersThem() {
		this.jdbc.sql("""
				create table users(username text collate nocase not null primary key, password text not null,
					enabled boolean not null)
				""").update();
		this.jdbc.sql("""
				create table authorities(username text collate nocase not null references users,
					authority text not null, unique(username, authority))
				""").update();
		JdbcUserDetailsManager users = new JdbcUserDetailsManager(this.dataSource);
		users.createUser(User.withUsername("ada").password("{noop}x").roles("USER").build());
		UserDetails ada = users.loadUserByUsername("ADA");
		assertThat(ada.isEnabled()).isTrue();
		assertThat(ada.getAuthorities()).singleElement().hasToString("ROLE_USER");
		JdbcTokenRepositoryImpl tokens = new JdbcTokenRepositoryImpl();
		tokens.setDataSource(this.dataSource);
		tokens.setCreateTableOnStartup(true);
		tokens.afterPropertiesSet();
		Date date = new Date(1_000_000_000_000L);
		tokens.createNewToken(new PersistentRememberMeToken("ada", "series", "token", date));
		tokens.updateToken("series", "another", date);
		assertThat(tokens.getTokenForSeries("series").getTokenValue()).isEqualTo("another");
		assertThat(tokens.getTokenForSeries("series").getDate()).hasTime(date.getTime());
		tokens.removeUserTokens("ada");
		assertThat(tokens.getTokenForSeries("series")).isNull();
	}

	@Configuration(proxyBeanMethods = false)
	@EnableBatchProcessing
	@EnableJdbcJobRepository
	static class Batch {

		@Bean
		Step step(JobRepository jobs, PlatformTransactionManager transactions) {
			return new StepBuilder("step", jobs).tasklet((contribution, context) -> {
				RUNS.add("batch");
				return RepeatStatus.FINISHED;
			}, transactions).build();
		}

		@Bean
		Job job(JobRepository jobs, Step step) {
			return new JobBuilder("job", jobs).start(step).build();
		}

	}

}
