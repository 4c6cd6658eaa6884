package io.zova.maintenance.check;

import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.zova.ZovaDatabase;
import io.zova.ZovaException;
import io.zova.format.TestFiles;
import io.zova.maintenance.SampleDatabase;
import io.zova.maintenance.check.StatsReport.Chunk;
import io.zova.maintenance.check.StatsReport.GraphSize;
import io.zova.maintenance.check.StatsReport.Spread;
import io.zova.maintenance.check.StatsReport.StoredCollection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class StatsTests {

	@TempDir
	Path directory;

	@Test
	void countsAndSizesAreThoseOfTheContent() throws Exception {
		try (ZovaDatabase database = ZovaDatabase.open(SampleDatabase.create(this.directory.resolve("a.zova")))) {
			StatsReport stats = database.stats(2);
			assertThat(stats.objects().logicalBytes()).isEqualTo(3);
			assertThat(stats.objects().sizes()).isEqualTo(new Spread(3, 3, 3));
			assertThat(stats.chunks().count()).isEqualTo(2);
			assertThat(stats.chunks().looseCount()).isOne();
			assertThat(stats.chunks().looseBytes()).isOne();
			assertThat(stats.chunks().sizes()).isEqualTo(new Spread(1, 3, 2));
			assertThat(stats.topChunks()).containsExactly(new Chunk(SampleDatabase.ABC, 3, 1),
					new Chunk(SampleDatabase.X, 1, 0));
			assertThat(stats.vectorCollections()).isEqualTo(3);
			assertThat(stats.collections()).containsExactly(new StoredCollection("bytes", 2, "dot", "i8", 1, 2),
					new StoredCollection("docs", 2, "cosine", "f32", 1, 8));
			assertThat(stats.topGraphs()).containsExactly(new GraphSize("g", 1, 1));
			assertThat(stats.keyValues().logicalBytes()).isEqualTo(2);
			assertThat(stats.keyValues().allocatedBytes()).hasValue(4096);
			assertThat(stats.userTables()).isOne();
			assertThat(stats.privateTables()).isEqualTo(14);
		}
	}

	@Test
	void aFileOfThePublishedLibraryGivesTheNumbersThatItWasMadeWith() throws Exception {
		try (ZovaDatabase database = ZovaDatabase.open(TestFiles.fixture("format-12-a", this.directory))) {
			StatsReport stats = database.stats(100);
			assertThat(stats.objects().count()).isEqualTo(9);
			assertThat(stats.chunks().looseBytes()).isEqualTo(41_000);
			assertThat(stats.keyValues().entries()).isEqualTo(41);
			assertThat(stats.graphs().count()).isEqualTo(2);
			assertThat(stats.graphs().nodes()).isEqualTo(80);
			assertThat(stats.vectors()).isEqualTo(180);
			assertThat(stats.collections()).hasSize(6).allMatch((collection) -> collection.vectors() == 30);
		}
	}

	@Test
	void anEmptyDatabaseHasZeros() {
		try (ZovaDatabase database = ZovaDatabase.inMemory()) {
			StatsReport stats = database.stats(0);
			assertThat(stats.objects().sizes()).isEqualTo(new Spread(0, 0, 0));
			assertThat(stats.chunks().dedupedBytesSaved()).isZero();
			assertThatExceptionOfType(ZovaException.class).isThrownBy(() -> database.stats(-1));
		}
	}

}
