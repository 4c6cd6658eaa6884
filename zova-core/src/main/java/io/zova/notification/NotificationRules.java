package io.zova.notification;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

import org.jspecify.annotations.Nullable;

import io.zova.Arguments;
import io.zova.ZovaException;
import io.zova.ZovaStatus;

/**
 * What a channel and a payload may be.
 */
final class NotificationRules {

	static final int MAX_CHANNEL_BYTES = 128;

	static final int MAX_PAYLOAD_BYTES = 65_536;

	private NotificationRules() {
	}

	static String checkChannel(String channel) {
		Arguments.required("channel", channel);
		String defect = defectOfChannel(channel);
		if (defect != null) {
			throw new ZovaException(ZovaStatus.INVALID_ARGUMENT, defect);
		}
		return channel;
	}

	/**
	 * Checks a payload.
	 * @return its length in UTF-8
	 */
	static int checkPayload(String payload) {
		Arguments.required("payload", payload);
		long bytes = Arguments.utf8Length(payload);
		if (bytes < 0) {
			throw new ZovaException(ZovaStatus.INVALID_ARGUMENT,
					"A notification's payload must be valid Unicode, but half of a surrogate pair is missing at index "
							+ (-1 - bytes));
		}
		if (bytes > MAX_PAYLOAD_BYTES) {
			throw new ZovaException(ZovaStatus.INVALID_ARGUMENT, "A notification's payload has at most "
					+ MAX_PAYLOAD_BYTES + " bytes in UTF-8, but got " + bytes + ": publish an id and store the rest");
		}
		return (int) bytes;
	}

	/**
	 * The text of these bytes.
	 * @param utf8 what SQL handed over
	 * @return the text, or {@code null} if the bytes are not strict UTF-8
	 */
	static @Nullable String decode(byte[] utf8) {
		try {
			return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(utf8)).toString();
		}
		catch (CharacterCodingException ex) {
			return null;
		}
	}

	private static @Nullable String defectOfChannel(String channel) {
		if (channel.isEmpty() || channel.length() > MAX_CHANNEL_BYTES) {
			return "A notification channel has 1 to " + MAX_CHANNEL_BYTES + " characters, but got " + channel.length();
		}
		for (int i = 0; i < channel.length(); i++) {
			if (!Arguments.isNameCharacter(channel.charAt(i))) {
				return "Notification channel '" + printable(channel)
						+ "' may hold only letters A to Z, digits and _ . : -, but has another character at index " + i;
			}
		}
		if (Arguments.isReserved(channel)) {
			return "Notification channel '" + channel + "' starts with the reserved prefix " + Arguments.RESERVED
					+ ": choose another name";
		}
		return null;
	}

	private static String printable(String channel) {
		return channel.replaceAll("\\p{Cntrl}", "?");
	}

}
