package io.zova.sqlite.extension;

import java.io.File;
import java.net.URL;
import java.net.URLClassLoader;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import io.zova.sqlite.function.FunctionDatabase;
import io.zova.sqlite.function.SqlType;
import io.zova.sqlite.function.TableFunction;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Two applications in one process, each with its own classes, driver and copy of SQLite,
 * as after a redeployment. They load the same file of the native library.
 */
@Timeout(60)
class TwoClassLoadersTests {

	@Test
	void eachHasItsOwnFunctionsAndOneOutlivesTheOther() throws Exception {
		try (URLClassLoader first = separate(); URLClassLoader second = separate()) {
			Callable<List<String>> one = application(first, 1);
			Callable<List<String>> two = application(second, 10);
			for (int i = 0; i < 3; i++) {
				assertThat(one.call()).containsExactly("1", "2", "3");
				assertThat(two.call()).containsExactly("10", "20", "30");
			}
			((AutoCloseable) two).close();
			assertThat(one.call()).containsExactly("1", "2", "3");
			((AutoCloseable) one).close();
		}
	}

	/**
	 * A loader that shares nothing with ours but the JDK.
	 */
	private static URLClassLoader separate() {
		URL[] path = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
			.map(TwoClassLoadersTests::url)
			.toArray(URL[]::new);
		return new URLClassLoader(path, ClassLoader.getPlatformClassLoader());
	}

	private static URL url(String path) {
		try {
			return new File(path).toURI().toURL();
		}
		catch (java.net.MalformedURLException ex) {
			throw new IllegalStateException(ex);
		}
	}

	@SuppressWarnings("unchecked")
	private static Callable<List<String>> application(ClassLoader loader, long step) throws Exception {
		Class<?> type = loader.loadClass(Application.class.getName());
		assertThat(type).isNotSameAs(Application.class);
		return (Callable<List<String>>) type.getDeclaredConstructor(long.class).newInstance(step);
	}

	/**
	 * Holds a connection of its class loader's driver open, with a table function that
	 * has the name of the other's and other rows.
	 */
	public static final class Application implements Callable<List<String>>, AutoCloseable {

		private final FunctionDatabase db;

		public Application(long step) throws Exception {
			this.db = FunctionDatabase.inMemory(TableFunction.named("numbers")
				.column("i", SqlType.INTEGER)
				.argument("n", SqlType.INTEGER)
				.rows((arguments, rows) -> {
					for (long i = 1; i <= arguments.integer(0); i++) {
						rows.add(i * step);
					}
				}));
		}

		@Override
		public List<String> call() throws Exception {
			return this.db.rows("select i from numbers(?)", 3);
		}

		@Override
		public void close() throws SQLException {
			this.db.close();
		}

	}

}
