package io.zova.store;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.zova.ZovaDatabase;
import io.zova.ZovaException;
import io.zova.ZovaStatus;
import io.zova.format.StoreRole;
import io.zova.format.TestFiles;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Which stores a file has is changed while nobody has it open.
 */
class ChangedStoresTests {

	@TempDir
	Path directory;

	private Path store(StoreRole role) {
		return this.directory.resolve(role.name().toLowerCase(Locale.ROOT) + ".zova");
	}

	private Path main() {
		return this.directory.resolve("main.zova");
	}

	@ParameterizedTest
	@EnumSource
	void aSplitMovesEveryRowWithItsKeysAndJoinBringsThemBack(StoreRole role) throws Exception {
		Path main = FilledFile.create(main());
		List<String> before = FilledFile.rows(main, role);
		MoveReport split = Stores.of(main).split(role, store(role));
		assertThat(split.rows().values()).allMatch((count) -> count > 0);
		assertThat(FilledFile.rows(main, role)).isEmpty();
		assertThat(FilledFile.rows(store(role), role)).isEqualTo(before);
		assertThat(Stores.of(main).info(role)).contains(split.store());
		assertThat(split.store().path()).isEqualTo(store(role).toString());
		Path copy = this.directory.resolve("copy.zova");
		ZovaDatabase.restore(main, copy);
		assertThat(FilledFile.rows(copy, role)).hasSameSizeAs(before);

		assertThat(Stores.of(main).join(role).rows()).isEqualTo(split.rows());
		assertThat(FilledFile.rows(main, role)).isEqualTo(before);
		assertThat(FilledFile.rows(store(role), role)).isEqualTo(before);
		assertThat(Stores.of(main).info()).isEmpty();
		assertThat(TestFiles.statusOfOpening(main)).isEqualTo(ZovaStatus.OK);
	}

	@ParameterizedTest
	@EnumSource
	void anEmptyStoreIsBoundToAFileThatHoldsNothingOfItsRole(StoreRole role) throws Exception {
		Path main = main();
		ZovaDatabase.create(main).close();
		Stores.create(role, store(role));
		assertThat(TestFiles.statusOfOpening(store(role))).isEqualTo(ZovaStatus.BOUND_STORE_INVALID);
		StoreInfo bound = Stores.of(main).bind(role, store(role));
		assertThat(Stores.of(main).info()).containsExactly(bound);
		assertThat(bound.reachable()).isTrue();
		assertThat(bound.epoch()).isZero();
		ZovaDatabase.restore(main, this.directory.resolve("copy.zova"));
		Stores.of(main).unbind(role);
		assertThat(Stores.of(main).info(role)).isEmpty();
		assertThat(TestFiles.statusOf(() -> Stores.of(main).unbind(role))).isEqualTo(ZovaStatus.BOUND_STORE_NOT_FOUND);
		assertThat(TestFiles.statusOf(() -> Stores.of(main).join(role))).isEqualTo(ZovaStatus.BOUND_STORE_NOT_FOUND);
	}

	@ParameterizedTest
	@EnumSource
	void rowsInTheMainFileAreNotPutOutOfSightByAStore(StoreRole role) {
		Path main = FilledFile.create(main());
		Stores.create(role, store(role));
		assertThatExceptionOfType(ZovaException.class).isThrownBy(() -> Stores.of(main).bind(role, store(role)))
			.withMessageContaining("Stores.split(StoreRole." + role)
			.satisfies((ex) -> assertThat(ex.status()).isEqualTo(ZovaStatus.BOUND_STORE_EXISTS));
		assertThat(Stores.of(main).info()).isEmpty();
	}

	@Test
	void aStoreOfAnotherMainFileIsTakenOverOnlyIfThatIsSaid() throws Exception {
		Path main = FilledFile.create(main());
		Stores.of(main).split(StoreRole.OBJECTS, store(StoreRole.OBJECTS));
		Path thief = this.directory.resolve("thief.zova");
		ZovaDatabase.create(thief).close();
		assertThatExceptionOfType(ZovaException.class)
			.isThrownBy(() -> Stores.of(thief).bind(StoreRole.OBJECTS, store(StoreRole.OBJECTS)))
			.withMessageContaining("takingOver()")
			.satisfies((ex) -> assertThat(ex.status()).isEqualTo(ZovaStatus.BOUND_STORE_EXISTS));
		ZovaDatabase.restore(main, this.directory.resolve("still.zova"));
		Stores.of(thief).bind(StoreRole.OBJECTS, store(StoreRole.OBJECTS), StoreOptions.defaults().takingOver());
		ZovaDatabase.restore(thief, this.directory.resolve("taken.zova"));
		assertThat(TestFiles.statusOf(() -> ZovaDatabase.restore(main, this.directory.resolve("lost.zova"))))
			.isEqualTo(ZovaStatus.BOUND_STORE_INVALID);
	}

	@Test
	void bindingTheSameStoreAgainRepairsASetAfterItWasMoved() throws Exception {
		Path main = FilledFile.create(main());
		Path store = store(StoreRole.GRAPHS);
		Stores.of(main).split(StoreRole.GRAPHS, store);
		Path moved = Files.move(store, this.directory.resolve("moved.zova"));
		assertThat(Stores.of(main).info(StoreRole.GRAPHS).orElseThrow().reachable()).isFalse();
		StoreInfo bound = Stores.of(main).bind(StoreRole.GRAPHS, moved);
		assertThat(bound.path()).isEqualTo(moved.toString());
		ZovaDatabase.restore(main, this.directory.resolve("copy.zova"));
	}

	@Test
	void aSplitIsRefusedWhereSomethingIsInTheWay() throws Exception {
		Path main = FilledFile.create(main());
		Path store = store(StoreRole.OBJECTS);
		Files.writeString(store, "mine");
		assertThat(TestFiles.statusOf(() -> Stores.of(main).split(StoreRole.OBJECTS, store)))
			.isEqualTo(ZovaStatus.DESTINATION_EXISTS);
		assertThat(store).hasContent("mine");
		Files.delete(store);
		assertThat(TestFiles.statusOf(() -> Stores.of(main).split(StoreRole.OBJECTS, Path.of(store + ".db"))))
			.isEqualTo(ZovaStatus.NOT_ZOVA_PATH);
		assertThat(TestFiles
			.statusOf(() -> Stores.of(main).split(StoreRole.OBJECTS, this.directory.resolve("no/such/place.zova"))))
			.isEqualTo(ZovaStatus.CANT_OPEN);
		assertThat(
				TestFiles.statusOf(() -> Stores.of(main).split(StoreRole.OBJECTS, this.directory.resolve("a\nb.zova"))))
			.isEqualTo(ZovaStatus.NOT_ZOVA_PATH);
		Stores.of(main).split(StoreRole.OBJECTS, store);
		assertThat(TestFiles
			.statusOf(() -> Stores.of(main).split(StoreRole.OBJECTS, this.directory.resolve("second.zova"))))
			.isEqualTo(ZovaStatus.BOUND_STORE_EXISTS);
		assertThat(TestFiles.namesIn(this.directory)).containsExactly("main.zova", "objects.zova");
	}

	@Test
	void damagedContentIsNotMoved() throws Exception {
		Path main = FilledFile.create(main());
		TestFiles.execute(main, "update _zova_chunks set data = zeroblob(size_bytes) where rowid = 1");
		List<String> before = FilledFile.rows(main, StoreRole.OBJECTS);
		assertThat(TestFiles.statusOf(() -> Stores.of(main).split(StoreRole.OBJECTS, store(StoreRole.OBJECTS))))
			.isEqualTo(ZovaStatus.OBJECT_CORRUPT);
		assertThat(FilledFile.rows(main, StoreRole.OBJECTS)).isEqualTo(before);
		assertThat(TestFiles.namesIn(this.directory)).containsExactly("main.zova");
	}

	@Test
	void rowsThatTheApplicationsTablesReferToAreNotMoved() throws Exception {
		Path main = FilledFile.create(main());
		TestFiles.execute(main, "create table article (pdf blob references _zova_objects(object_id) on delete cascade)",
				"insert into article select object_id from _zova_objects");
		assertThatExceptionOfType(ZovaException.class)
			.isThrownBy(() -> Stores.of(main).split(StoreRole.OBJECTS, store(StoreRole.OBJECTS)))
			.withMessageContaining("the foreign key of the table article");
		TestFiles.execute(main, "create trigger t after delete on _zova_graphs begin delete from article; end");
		assertThat(TestFiles.statusOf(() -> Stores.of(main).split(StoreRole.GRAPHS, store(StoreRole.GRAPHS))))
			.isEqualTo(ZovaStatus.CONSTRAINT);
		assertThat(TestFiles.texts(main, "select count(*) from article")).containsExactly("5");
	}

	@Test
	void filesInWalModeAreBoundOnlyIfThatIsSaid() throws Exception {
		Path main = FilledFile.create(main());
		TestFiles.execute(main, "pragma journal_mode=wal");
		assertThatExceptionOfType(ZovaException.class)
			.isThrownBy(() -> Stores.of(main).split(StoreRole.VECTORS, store(StoreRole.VECTORS)))
			.withMessageContaining("allowingWal()");
		assertThat(store(StoreRole.VECTORS)).doesNotExist();
		Stores.of(main).split(StoreRole.VECTORS, store(StoreRole.VECTORS), StoreOptions.defaults().allowingWal());
		ZovaDatabase.restore(main, this.directory.resolve("copy.zova"));
	}

	@Test
	void aFileThatIsOpenIsChangedOnlyThroughItsDatabase() {
		Path main = FilledFile.create(main());
		try (ZovaDatabase open = ZovaDatabase.open(main)) {
			assertThat(TestFiles.statusOf(() -> Stores.of(main).split(StoreRole.OBJECTS, store(StoreRole.OBJECTS))))
				.isEqualTo(ZovaStatus.BUSY);
			assertThat(open.objects().stream().count()).isEqualTo(5);
		}
		assertThat(store(StoreRole.OBJECTS)).doesNotExist();
	}

	@Test
	void aRelativePathIsRecordedOnlyIfThatIsSaid() throws Exception {
		Path main = FilledFile.create(main());
		Path relative = Path.of("").toAbsolutePath().relativize(store(StoreRole.GRAPHS));
		StoreInfo split = Stores.of(main).split(StoreRole.GRAPHS, relative).store();
		assertThat(split.path()).isEqualTo(store(StoreRole.GRAPHS).toAbsolutePath().toString());
		StoreInfo bound = Stores.of(main)
			.bind(StoreRole.GRAPHS, relative, StoreOptions.defaults().keepingRelativePath());
		assertThat(bound.path()).isEqualTo(relative.toString());
		assertThat(TestFiles.texts(main, "select path from _zova_bound_stores")).containsExactly(relative.toString());
	}

}
