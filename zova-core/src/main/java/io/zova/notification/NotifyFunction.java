package io.zova.notification;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

import io.zova.ZovaException;
import io.zova.sqlite.function.ScalarFunction;
import io.zova.sqlite.function.SqlArguments;
import io.zova.sqlite.ZovaConnection;

/**
 * {@code zova_notify(channel, payload)} in SQL.
 */
final class NotifyFunction {

	/** The text that every Zova library reports, whatever is wrong. */
	private static final String INVALID = "invalid notification channel or payload";

	private static final String AS_TEXT = "select cast(? as text)";

	private static final long PUBLISHED = 1;

	private static final char REPLACEMENT = '\uFFFD';

	private final NotificationHub hub;

	NotifyFunction(NotificationHub hub) {
		this.hub = hub;
	}

	ScalarFunction definition() {
		return ScalarFunction.of("zova_notify", 2, this::call).allowedInSchema();
	}

	private Object call(SqlArguments arguments) throws SQLException {
		String channel = text(arguments, 0);
		String payload = text(arguments, 1);
		if (channel == null || payload == null) {
			throw new SQLException(INVALID);
		}
		int bytes;
		try {
			NotificationRules.checkChannel(channel);
			bytes = NotificationRules.checkPayload(payload);
		}
		catch (ZovaException ex) {
			throw new SQLException(INVALID, ex);
		}
		NotificationScope.publish(this.hub, arguments.connection().unwrap(ZovaConnection.class), channel, payload,
				bytes);
		return PUBLISHED;
	}

	private static @Nullable String text(SqlArguments arguments, int index) throws SQLException {
		return switch (arguments.type(index)) {
			case TEXT -> wellFormed(arguments, index);
			case BLOB -> NotificationRules.decode(arguments.blob(index));
			case INTEGER -> Long.toString(arguments.integer(index));
			case REAL -> realAsText(arguments.connection(), arguments.real(index));
			case NULL -> null;
		};
	}

	private static @Nullable String wellFormed(SqlArguments arguments, int index) {
		String text = arguments.text(index);
		return (text.indexOf(REPLACEMENT) < 0) ? text : NotificationRules.decode(arguments.bytes(index));
	}

	/** Only SQLite knows how many digits it shows. */
	private static String realAsText(Connection connection, double real) throws SQLException {
		try (PreparedStatement statement = connection.prepareStatement(AS_TEXT)) {
			statement.setDouble(1, real);
			try (ResultSet row = statement.executeQuery()) {
				row.next();
				return Objects.requireNonNull(row.getString(1));
			}
		}
	}

}
