package io.zova.maintenance.salvage;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

import io.zova.ZovaDatabase;
import io.zova.adversary.RealEngine;
import io.zova.maintenance.check.CheckOptions;
import io.zova.maintenance.salvage.DamagedPages.Damaged;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Whatever happens to other pages, a row whose own pages are intact comes back, and
 * nothing comes back that fails a proof.
 */
class DamagedPagesTests {

	private static final SalvageOptions PAGES = SalvageOptions.defaults().withDamagedPages();

	@TempDir
	Path directory;

	@Test
	void everyIntactRowOfThirtyFilesComesBack() throws Exception {
		run(30, 1);
	}

	@Test
	@Tag("adversary")
	@EnabledIfSystemProperty(named = "adversary.minutes", matches = ".+",
			disabledReason = "the cut of the adversary leaves out what takes many minutes")
	void everyIntactRowOfFiveHundredFilesComesBack() throws Exception {
		run(Integer.getInteger("salvage.files", 500), 8);
	}

	private void run(int files, int scale) throws Exception {
		DamagedPages[] models = { DamagedPages.create(this.directory, 1024, scale),
				DamagedPages.create(this.directory, 4096, scale) };
		Totals totals = new Totals();
		long first = Long.getLong("salvage.seed", 0);
		for (long seed = first; seed < first + files; seed++) {
			DamagedPages model = models[(int) (seed % 2)];
			Path file = this.directory.resolve("damaged.zova");
			Path saved = this.directory.resolve("saved.zova");
			Damaged damaged = model.damage(file, new Random(seed));
			salvage(model, damaged, saved, "seed " + seed + ": " + damaged.done(), totals);
			Files.delete(file);
			Files.delete(saved);
		}
		System.out
			.printf("Salvage of %d damaged files with %d rows each: %d recovered (%d of them without proof, %d in "
					+ "lost_and_found), %d lost; the plain walk reads %d. The real engine has verified %d. Lost by kind: %s%n",
					files, models[0].rows(), totals.recovered, totals.unproven, totals.apart, totals.lost, totals.plain,
					totals.real, totals.lostKinds);
		assertThat(totals.missing).isEmpty();
	}

	private static void salvage(DamagedPages model, Damaged damaged, Path saved, String what, Totals totals)
			throws Exception {
		byte[] before = Files.readAllBytes(damaged.file());
		SalvageReport report = ZovaDatabase.salvage(damaged.file(), saved, PAGES);
		assertThat(report.verified()).as("%s: %s", what, report.destination()).isTrue();
		assertThat(report.published()).isTrue();
		assertThat(damaged.file()).hasBinaryContent(before);
		Set<String> found = DamagedPages.rowsIn(saved);
		Set<String> apart = DamagedPages.lostAndFound(saved);
		Set<String> missing = new LinkedHashSet<>();
		for (String row : model.intact(damaged.pages())) {
			String last = row.substring(row.lastIndexOf(' ') + 1);
			boolean there = found.contains(row) || row.startsWith("schema ") || row.startsWith("manifest ")
					|| ((row.startsWith("user ") || row.startsWith("kv ")) && apart.contains(last));
			if (!there) {
				missing.add(row);
			}
		}
		if (!missing.isEmpty()) {
			totals.missing.add(what + " " + report.pages() + " misses " + missing.size() + " such as "
					+ missing.stream().limit(5).toList());
		}
		Set<String> foreign = new HashSet<>(found);
		foreign.removeAll(model.intact(Set.of()));
		foreign.removeIf((row) -> !row.startsWith("object ") && !row.startsWith("chunk "));
		assertThat(foreign).as(what).isEmpty();
		try (ZovaDatabase database = ZovaDatabase.open(saved)) {
			assertThat(database.check(CheckOptions.thorough()).isSound()).as(what).isTrue();
		}
		if (RealEngine.isThere()) {
			Path copy = saved.resolveSibling("copy-of-the-real-engine.zova");
			RealEngine.verify(saved, copy);
			Files.delete(copy);
			totals.real++;
		}
		Set<String> lost = new HashSet<>(model.intact(Set.of()));
		lost.removeAll(found);
		lost.removeIf((row) -> row.startsWith("schema ") || row.startsWith("manifest "));
		lost.forEach((row) -> totals.lostKinds.merge(row.substring(0, row.indexOf(' ')), 1, Integer::sum));
		totals.lost += lost.size();
		totals.recovered += found.size();
		totals.apart += report.pages().orElseThrow().lostAndFoundRows();
		totals.unproven += report.unproven().values().stream().mapToLong(Long::longValue).sum();
		totals.plain += DamagedPages.plainWalk(damaged.file());
	}

	private static final class Totals {

		private final java.util.List<String> missing = new java.util.ArrayList<>();

		private int real;

		private long recovered;

		private long lost;

		private long apart;

		private long unproven;

		private long plain;

		private final TreeMap<String, Integer> lostKinds = new TreeMap<>();

	}

}
