package io.zova.store;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.function.UnaryOperator;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.zova.ZovaDatabase;
import io.zova.ZovaException;
import io.zova.ZovaStatus;
import io.zova.format.BoundStore;
import io.zova.format.StoreRole;
import io.zova.format.TestFiles;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Something happens between the checks of a change of stores and its commit.
 */
class StoreRacesTests {

	@TempDir
	Path directory;

	private Path filled(String name) {
		return FilledFile.create(this.directory.resolve(name));
	}

	private Path empty(String name) {
		Path file = this.directory.resolve(name);
		ZovaDatabase.create(file).close();
		return file;
	}

	/** Others that do something right before the transaction begins. */
	private static MainFile.Others meanwhile(Runnable something) {
		return new MainFile.Others() {

			@Override
			public void wait(String task) {
				something.run();
			}

			@Override
			public void use(List<BoundStore> stores) {
			}

		};
	}

	@Test
	void aStoreThatAnotherMainFileHasBoundMeanwhileIsNotTakenFromIt() throws Exception {
		Path store = this.directory.resolve("objects.zova");
		Path first = filled("first.zova");
		Stores.of(first).split(StoreRole.OBJECTS, store);
		Stores.of(first).unbind(StoreRole.OBJECTS);
		TestFiles.execute(store, "delete from _zova_meta where key = 'bound_set_id'");
		Path second = empty("second.zova");
		MainFile main = new ClosedFile(empty("third.zova"));
		assertThatExceptionOfType(ZovaException.class)
			.isThrownBy(
					() -> main.change("bind",
							(connection,
									others) -> new Binding(new StoreChange(main, connection,
											meanwhile(() -> Stores.of(second).bind(StoreRole.OBJECTS, store)), "bind"),
											StoreRole.OBJECTS)
										.bind(store, StoreOptions.defaults())))
			.satisfies((ex) -> assertThat(ex.status()).isEqualTo(ZovaStatus.BOUND_STORE_EXISTS));
		ZovaDatabase.open(second).close();
	}

	@Test
	void aStoreThatWasBoundMeanwhileStaysBound() throws Exception {
		Path store = this.directory.resolve("objects.zova");
		Path file = filled("main.zova");
		Stores.of(file).split(StoreRole.OBJECTS, store);
		MainFile main = new ClosedFile(file);
		assertThatExceptionOfType(ZovaException.class).isThrownBy(() -> main.change("unbind", (connection, others) -> {
			new Binding(new StoreChange(main, connection,
					meanwhile(() -> Stores.of(file).bind(StoreRole.OBJECTS, store)), "unbind"), StoreRole.OBJECTS)
				.unbind();
			return "";
		})).satisfies((ex) -> assertThat(ex.status()).isEqualTo(ZovaStatus.BUSY));
		assertThat(Stores.of(file).info(StoreRole.OBJECTS)).isPresent();
	}

	@Test
	void aNewStoreIsKeptAndNamedIfTheDiskFailsInTheCommit() throws Exception {
		Path store = this.directory.resolve("objects.zova");
		MainFile main = new ClosedFile(filled("main.zova"));
		assertThatExceptionOfType(ZovaException.class)
			.isThrownBy(() -> main.change("split", (connection,
					others) -> new Move(new StoreChange(main, failing(connection), MainFile.Others.NONE, "split"),
							StoreRole.OBJECTS)
						.split(store, StoreOptions.defaults())))
			.withMessageContaining("disk I/O error")
			.withMessageContaining(store + " was kept");
		assertThat(FilledFile.rows(store, StoreRole.OBJECTS)).isNotEmpty();
		assertThat(Stores.of(main.path()).info(StoreRole.OBJECTS)).isEmpty();
	}

	/** The disk fails when a commit is to be synced. */
	private static Connection failing(Connection connection) {
		return proxy(Connection.class, connection, (result) -> (result instanceof Statement statement)
				? proxy(Statement.class, statement, (same) -> same) : result);
	}

	private static <T> T proxy(Class<T> type, T target, UnaryOperator<Object> results) {
		return type
			.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] { type }, (self, method, args) -> {
				if (args != null && "commit".equals(args[0])) {
					throw new SQLException("[SQLITE_IOERR_FSYNC] disk I/O error", "58030", 1034);
				}
				try {
					Object result = method.invoke(target, args);
					return (result != null && method.getReturnType() == Statement.class) ? results.apply(result)
							: result;
				}
				catch (InvocationTargetException ex) {
					throw ex.getCause();
				}
			}));
	}

}
