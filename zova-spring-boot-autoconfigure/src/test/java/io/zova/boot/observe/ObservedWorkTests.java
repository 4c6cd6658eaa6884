package io.zova.boot.observe;

import java.io.ByteArrayInputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.LazyInitializationBeanFactoryPostProcessor;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.micrometer.metrics.autoconfigure.MetricsAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.export.simple.SimpleMetricsExportAutoConfiguration;
import org.springframework.boot.micrometer.observation.autoconfigure.ObservationAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.transaction.support.TransactionTemplate;

import io.zova.ZovaDatabase;
import io.zova.ZovaException;
import io.zova.boot.ZovaAutoConfiguration;
import io.zova.boot.ZovaObservationAutoConfiguration;
import io.zova.object.ObjectId;
import io.zova.object.PutOptions;
import io.zova.vector.VectorCollection;
import io.zova.vector.VectorQuery;
import io.zova.vector.VectorSpace;
import io.zova.vector.VectorValues;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What traces and meters hear of the database's work.
 */
class ObservedWorkTests {

	@TempDir
	private Path directory;

	private final List<String> observed = Collections.synchronizedList(new ArrayList<>());

	private ApplicationContextRunner runner() {
		return new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(ZovaAutoConfiguration.class,
					ZovaObservationAutoConfiguration.class, MetricsAutoConfiguration.class,
					SimpleMetricsExportAutoConfiguration.class, ObservationAutoConfiguration.class))
			.withBean(Recording.class, () -> new Recording(this.observed))
			.withPropertyValues("zova.path=" + this.directory.resolve("app.zova"));
	}

	@Test
	void aLazyApplicationIsObservedToo() {
		runner()
			.withInitializer(
					(context) -> context.addBeanFactoryPostProcessor(new LazyInitializationBeanFactoryPostProcessor()))
			.run((context) -> {
				context.getBean(ZovaDatabase.class).objects().put(new byte[1000]);
				assertThat(this.observed).contains("zova.object.write store an object none");
			});
	}

	@Test
	void searchesAndObjectsAreObservedUnderFewNames() {
		runner().run((context) -> {
			ZovaDatabase database = context.getBean(ZovaDatabase.class);
			VectorCollection docs = database.vectors().create("docs", VectorSpace.cosine(2));
			docs.put("a", VectorValues.of(1, 0));
			ObjectId id = database.objects().put(new byte[1000]);
			this.observed.clear();
			docs.search(VectorQuery.near(1, 0).limit(1));
			database.objects().get(id);
			database.objects().put(new byte[2000]);
			database.objects().put(new ByteArrayInputStream(new byte[3_000_000]), PutOptions.defaults());
			database.keyValues().namespace("n").put(new byte[1], new byte[1]);
			assertThat(this.observed).containsExactly("zova.vector.search Search vectors none",
					"zova.object.read read an object none", "zova.object.write store an object none",
					"zova.object.write store a stream none");
			assertThat(context.getBean(MeterRegistry.class).get("zova.vector.search").timer().count()).isEqualTo(1);
		});
	}

	@Test
	void anErrorIsPartOfTheObservation() {
		runner().run((context) -> {
			ZovaDatabase database = context.getBean(ZovaDatabase.class);
			assertThatExceptionOfType(ZovaException.class)
				.isThrownBy(() -> database.objects().get(ObjectId.ofContent(new byte[0])));
			assertThat(this.observed).containsExactly("zova.object.read read an object ZovaException");
		});
	}

	@Test
	void aWaitForTheWriteLockIsPartOfWhatWaits() {
		runner().run((context) -> {
			ZovaDatabase database = context.getBean(ZovaDatabase.class);
			ObservationRegistry registry = context.getBean(ObservationRegistry.class);
			TransactionTemplate transaction = new TransactionTemplate(database.transactionManager());
			CountDownLatch written = new CountDownLatch(1);
			ExecutorService thread = Executors.newSingleThreadExecutor();
			try {
				Future<?> other = thread.submit(() -> transaction.executeWithoutResult((status) -> {
					database.keyValues().namespace("n").put(new byte[1], new byte[1]);
					written.countDown();
					long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
					while (database.statistics().connections().writersWaiting() < 1
							&& System.nanoTime() - deadline < 0) {
						Thread.onSpinWait();
					}
				}));
				assertThat(written.await(60, TimeUnit.SECONDS)).isTrue();
				Observation.createNotStarted("request", registry)
					.observe(() -> database.keyValues().namespace("n").put(new byte[1], new byte[2]));
				other.get(60, TimeUnit.SECONDS);
			}
			finally {
				thread.shutdownNow();
			}
			assertThat(this.observed).containsExactly("zova.writer.wait wait to write in request none",
					"request null none");
		});
	}

	@Test
	void whereNothingIsObservedNothingIsTold() {
		new ApplicationContextRunner()
			.withConfiguration(
					AutoConfigurations.of(ZovaAutoConfiguration.class, ZovaObservationAutoConfiguration.class))
			.withPropertyValues("zova.path=:memory:")
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(ObservedWork.class));
	}

	/**
	 * Writes down what was observed.
	 */
	record Recording(List<String> observed) implements ObservationHandler<Observation.Context> {

		@Override
		public void onStop(Observation.Context context) {
			this.observed.add(context.getName() + " " + context.getContextualName()
					+ ((context.getParentObservation() != null)
							? " in " + context.getParentObservation().getContextView().getName() : "")
					+ " " + ((context.getError() != null) ? context.getError().getClass().getSimpleName() : "none"));
		}

		@Override
		public boolean supportsContext(Observation.Context context) {
			return true;
		}

	}

}
