package io.zova.sqlite.extension;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.HexFormat;
import java.util.Optional;
import java.util.function.UnaryOperator;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sqlite.SQLiteConnection;
import org.sqlite.core.DB;

/**
 * The native part of table functions: finds the binary for this platform, puts it where
 * only we can change it, and loads it into connections. Where there is no binary, or it
 * cannot be loaded, everything but table functions works.
 * <p>
 * The system property {@value #DIRECTORY_PROPERTY} names a directory for the binary, for
 * machines whose temporary directory does not allow programs to run from it. The property
 * {@value #LIBRARY_PROPERTY} names a binary to load instead of ours.
 */
public final class NativeExtension {

	static final String DIRECTORY_PROPERTY = "zova.native.directory";

	public static final String LIBRARY_PROPERTY = "zova.native.library";

	private static final String LOAD = "select load_extension(?, 'zova_tables_init')";

	private static final Logger logger = LoggerFactory.getLogger(NativeExtension.class);

	private static final NativeExtension INSTANCE = new NativeExtension(NativePlatform.current(), System::getProperty);

	private final NativePlatform platform;

	private final UnaryOperator<@Nullable String> properties;

	private @Nullable Path library;

	private @Nullable String unavailableReason;

	private boolean loadedOnce;

	NativeExtension(NativePlatform platform, UnaryOperator<@Nullable String> properties) {
		this.platform = platform;
		this.properties = properties;
	}

	public static NativeExtension instance() {
		return INSTANCE;
	}

	/**
	 * Loads the extension into a connection. User SQL cannot load extensions afterwards.
	 * @return whether it was loaded; false if there is none here
	 * @throws SQLException if it could be loaded before, and cannot now
	 */
	public boolean loadInto(SQLiteConnection connection) throws SQLException {
		Path file = library();
		if (file == null) {
			return false;
		}
		DB database = connection.getDatabase();
		database.enable_load_extension(true);
		try (PreparedStatement load = connection.prepareStatement(LOAD)) {
			load.setString(1, withoutSuffix(file.toString()));
			load.execute();
			loaded();
			return true;
		}
		catch (SQLException ex) {
			return failed(file, ex);
		}
		finally {
			database.enable_load_extension(false);
		}
	}

	/**
	 * SQLite tries a name as it is, then with the platform's suffix, and reports only why
	 * the second did not load. Without its suffix, our file is that second one.
	 */
	private String withoutSuffix(String file) {
		String name = this.platform.fileName();
		String suffix = name.substring(name.lastIndexOf('.'));
		return file.endsWith(suffix) ? file.substring(0, file.length() - suffix.length()) : file;
	}

	/**
	 * Why table functions do not work here.
	 * @return the reason, empty if they do or if nothing was loaded yet
	 */
	public synchronized Optional<String> unavailableReason() {
		return Optional.ofNullable(this.unavailableReason);
	}

	/** Whether connections have the extension. */
	public synchronized boolean isLoaded() {
		return this.loadedOnce;
	}

	private synchronized void loaded() {
		this.loadedOnce = true;
	}

	private synchronized boolean failed(Path file, SQLException ex) throws SQLException {
		if (this.loadedOnce) {
			throw ex;
		}
		unavailable("the native library " + file + " cannot be loaded (" + ex.getMessage() + "); the system property "
				+ DIRECTORY_PROPERTY + " names another directory for it");
		return false;
	}

	private synchronized @Nullable Path library() {
		if (this.unavailableReason != null) {
			return null;
		}
		Path file = this.library;
		// Cleaners of temporary directories remove files that were not touched for days.
		if (file == null || !Files.isRegularFile(file)) {
			try {
				file = provide();
				this.library = file;
			}
			catch (IOException | UncheckedIOException ex) {
				unavailable("the native library cannot be put into a directory of our own (" + ex.getMessage()
						+ "); the system property " + DIRECTORY_PROPERTY + " names another directory for it");
				return null;
			}
		}
		return file;
	}

	private @Nullable Path provide() throws IOException {
		String explicit = this.properties.apply(LIBRARY_PROPERTY);
		if (explicit != null && !explicit.isBlank()) {
			Path file = Path.of(explicit).toAbsolutePath();
			if (!Files.isRegularFile(file)) {
				unavailable("the system property " + LIBRARY_PROPERTY + " names a file that is not there: " + file);
				return null;
			}
			return file;
		}
		byte[] content;
		try (InputStream resource = NativeExtension.class.getResourceAsStream(this.platform.resource())) {
			if (resource == null) {
				unavailable("there is no native library for " + this.platform.name());
				return null;
			}
			content = resource.readAllBytes();
		}
		// The content is part of the name: several versions and processes share a
		// directory.
		String name = sha256(content) + "-" + this.platform.fileName();
		String fixed = this.properties.apply(DIRECTORY_PROPERTY);
		if (fixed != null && !fixed.isBlank()) {
			return PrivateDirectory.at(Path.of(fixed)).file(name, content);
		}
		return inTemporaryDirectory(name, content);
	}

	private Path inTemporaryDirectory(String name, byte[] content) throws IOException {
		Path temporary = Path.of(property("java.io.tmpdir")).toAbsolutePath();
		String user = property("user.name").replaceAll("[^A-Za-z0-9]", "_");
		try {
			return PrivateDirectory.at(temporary.resolve("zova-" + user)).file(name, content);
		}
		catch (IOException ex) {
			logger.debug("Not using the shared directory of the native library: {}", ex.getMessage());
			Path file = PrivateDirectory.createdIn(temporary).file(name, content);
			file.toFile().deleteOnExit();
			return file;
		}
	}

	private String property(String name) {
		String value = this.properties.apply(name);
		return (value != null) ? value : System.getProperty(name, "");
	}

	private void unavailable(String reason) {
		this.unavailableReason = reason;
		logger.warn("SQL table functions are not available: {}. Everything else works.", reason);
	}

	private static String sha256(byte[] content) {
		try {
			return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content), 0, 16);
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException("Every Java platform has SHA-256", ex);
		}
	}

}
