package io.zova.notification;

import java.util.HexFormat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.zova.ZovaException;
import io.zova.ZovaStatus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What channels and payloads may be.
 */
class NotificationLimitsTests {

	@ParameterizedTest
	@ValueSource(
			strings = { "a", "9", "-", ":", ".", "_", "_zova", "zova_x", "_zovax", "Orders.created:v1", "x_zova_" })
	void aChannelOfTheAllowedCharactersIsAccepted(String channel) {
		assertThatCode(() -> NotificationRules.checkChannel(channel)).doesNotThrowAnyException();
	}

	@ParameterizedTest
	@ValueSource(strings = { "", " ", "a b", "é", "/", "*", "@", "\t", "a\u0000", "_zova_", "_ZOVA_x", "_zOvA_1", "ｍ" })
	void anyOtherChannelIsRefused(String channel) {
		assertThatExceptionOfType(ZovaException.class).isThrownBy(() -> NotificationRules.checkChannel(channel))
			.satisfies((ex) -> assertThat(ex.status()).isEqualTo(ZovaStatus.INVALID_ARGUMENT));
	}

	@Test
	void aChannelHasUpTo128Characters() {
		assertThatCode(() -> NotificationRules.checkChannel("c".repeat(127))).doesNotThrowAnyException();
		assertThatCode(() -> NotificationRules.checkChannel("c".repeat(128))).doesNotThrowAnyException();
		assertThatExceptionOfType(ZovaException.class).isThrownBy(() -> NotificationRules.checkChannel("c".repeat(129)))
			.withMessage("A notification channel has 1 to 128 characters, but got 129");
	}

	@Test
	void aPayloadHasUpTo65536BytesNotCharacters() {
		assertThatCode(() -> NotificationRules.checkPayload("")).doesNotThrowAnyException();
		assertThatCode(() -> NotificationRules.checkPayload("x".repeat(65_536))).doesNotThrowAnyException();
		assertThatCode(() -> NotificationRules.checkPayload("é".repeat(32_768))).doesNotThrowAnyException();
		assertThatCode(() -> NotificationRules.checkPayload("€".repeat(21_845) + "x")).doesNotThrowAnyException();
		assertThatCode(() -> NotificationRules.checkPayload("😀".repeat(16_384))).doesNotThrowAnyException();
		for (String tooLong : new String[] { "x".repeat(65_537), "é".repeat(32_768) + "x", "€".repeat(21_845) + "é",
				"😀".repeat(16_384) + "x" }) {
			assertThatExceptionOfType(ZovaException.class).isThrownBy(() -> NotificationRules.checkPayload(tooLong))
				.withMessageContaining("at most 65536 bytes")
				.satisfies((ex) -> assertThat(ex.status()).isEqualTo(ZovaStatus.INVALID_ARGUMENT));
		}
	}

	@Test
	void aPayloadMayHoldAnyCharacterOfUnicode() {
		assertThatCode(() -> NotificationRules.checkPayload("a\u0000b\uDBFF\uDFFF\uFFFF")).doesNotThrowAnyException();
	}

	@ParameterizedTest
	@ValueSource(strings = { "61eda080", "c080", "f4908080", "ff", "c3", "e282", "eda0bdedb880" })
	void bytesThatAreNotStrictUtf8AreNoText(String hex) {
		assertThat(NotificationRules.decode(HexFormat.of().parseHex(hex))).isNull();
	}

	@Test
	void strictUtf8IsDecodedWithItsNulAndItsLastCodePoint() {
		assertThat(NotificationRules.decode(HexFormat.of().parseHex("6100f48fbfbf"))).isEqualTo("a\u0000\uDBFF\uDFFF");
	}

	@Test
	void halfASurrogatePairIsRefused() {
		for (String broken : new String[] { "ab\uD83D", "\uDE00", "\uD83Dx", "\uDE00\uD83D" }) {
			assertThatExceptionOfType(ZovaException.class).isThrownBy(() -> NotificationRules.checkPayload(broken))
				.withMessageContaining("surrogate");
		}
	}

}
