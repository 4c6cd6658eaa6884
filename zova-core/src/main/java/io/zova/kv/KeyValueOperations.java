package io.zova.kv;

import java.nio.charset.StandardCharsets;
import java.util.List;

import io.zova.Arguments;
import io.zova.ZovaException;
import io.zova.ZovaStatus;

/**
 * Key-values: byte strings under byte strings, in namespaces that are byte strings too.
 * What happens inside one of them is done by its {@link KeyValueNamespace}.
 *
 * <p>
 * Any bytes will do, also none. Nothing is created or named beforehand: a namespace is
 * there while it has keys. Every call takes part in the transaction that is open, else it
 * is one of its own; a call that throws has changed nothing. The row of a namespace, a
 * key and its value has at most 1,000,000,000 bytes, of which up to 16 tell how long the
 * three are; values above some kilobytes make their neighbours slow, so large ones belong
 * into objects. Bytes handed in must not be changed during the call.
 * <p>
 * All calls throw {@link ZovaException} with the status {@code INVALID_ARGUMENT} for a
 * missing value and {@code KV_TOO_LARGE} for too many bytes.
 */
public interface KeyValueOperations {

	/**
	 * Gives a handle on one namespace.
	 * @param name the name; its bytes in UTF-8 are the namespace
	 * @return the handle
	 * @throws ZovaException with {@code INVALID_ARGUMENT} if the name holds half of a
	 * surrogate pair, which has no such bytes
	 */
	default KeyValueNamespace namespace(String name) {
		long length = Arguments.utf8Length(KeyValueRules.required("name", name));
		if (length < 0) {
			throw new ZovaException(ZovaStatus.INVALID_ARGUMENT,
					"The name of the namespace holds half of a surrogate pair at index " + (-1 - length)
							+ ", which has no form in UTF-8: give another name, or bytes");
		}
		return namespace(name.getBytes(StandardCharsets.UTF_8));
	}

	/**
	 * Gives a handle on one namespace.
	 * @param namespace the namespace
	 * @return the handle
	 */
	KeyValueNamespace namespace(byte[] namespace);

	/**
	 * Lists the namespaces that have keys.
	 * @return the namespaces in the order of their bytes
	 */
	List<byte[]> namespaces();

}
