package io.zova.maintenance.salvage;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.OptionalDouble;

import org.jspecify.annotations.Nullable;
import org.sqlite.Function;

import io.zova.maintenance.check.NameRules;
import io.zova.maintenance.check.VectorElements;

/**
 * The proofs that rows pass on their way, as SQL functions of one connection:
 * {@code salvage_sha256(bytes)}, {@code salvage_norm(vector, dimensions, metric, type)}
 * and {@code salvage_name(kind, text)}.
 */
final class SalvageFunctions {

	private SalvageFunctions() {
	}

	/**
	 * Makes them.
	 * @param connection where
	 * @param utf8 whether texts are stored as UTF-8; else their bytes are not those that
	 * the rules for names are about
	 */
	static void registerIn(Connection connection, boolean utf8) throws SQLException {
		Function.create(connection, "salvage_sha256", new Sha256(), 1, Function.FLAG_DETERMINISTIC);
		Function.create(connection, "salvage_norm", new Norm(), 4, Function.FLAG_DETERMINISTIC);
		Function.create(connection, "salvage_name", new Name(utf8), 2, Function.FLAG_DETERMINISTIC);
	}

	static MessageDigest sha256() {
		try {
			return MessageDigest.getInstance("SHA-256");
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException("Every Java has SHA-256", ex);
		}
	}

	/**
	 * The hash of bytes.
	 */
	private static final class Sha256 extends Function {

		private final MessageDigest digest = sha256();

		@Override
		protected void xFunc() throws SQLException {
			byte[] bytes = value_blob(0);
			result((bytes != null) ? this.digest.digest(bytes) : new byte[0]);
		}

	}

	/**
	 * The squared norm of a vector, {@code null} if it is not one of its collection.
	 */
	private static final class Norm extends Function {

		@Override
		protected void xFunc() throws SQLException {
			byte[] values = value_blob(0);
			OptionalDouble norm = (values != null)
					? VectorElements.of(value_long(1), String.valueOf(value_text(2)), String.valueOf(value_text(3)))
						.normSquared(values)
					: OptionalDouble.empty();
			if (norm.isPresent()) {
				result(norm.getAsDouble());
			}
			else {
				result();
			}
		}

	}

	/**
	 * Whether a text follows the rule for its kind of name.
	 */
	private static final class Name extends Function {

		private final boolean utf8;

		Name(boolean utf8) {
			this.utf8 = utf8;
		}

		@Override
		protected void xFunc() throws SQLException {
			byte[] text = this.utf8 ? value_blob(1) : ofText(value_text(1));
			boolean valid = switch (String.valueOf(value_text(0))) {
				case "graph" -> NameRules.isGraphName(text);
				case "node" -> NameRules.isNodeId(text);
				case "vector" -> NameRules.isVectorName(text);
				default -> text == null || NameRules.isText(text);
			};
			result(valid ? 1 : 0);
		}

		private static byte @Nullable [] ofText(@Nullable String text) {
			return (text != null) ? text.getBytes(StandardCharsets.UTF_8) : null;
		}

	}

}
