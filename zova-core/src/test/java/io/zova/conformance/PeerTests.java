package io.zova.conformance;

import java.nio.file.Path;
import java.time.Duration;

import io.zova.RandomBytes;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * The line to the real engine itself: what it carries and how it fails.
 */
@RequiresPeer
class PeerTests {

	@TempDir
	Path folder;

	Peer peer;

	@BeforeEach
	void start() {
		this.peer = Peer.start();
	}

	@AfterEach
	void stop() {
		this.peer.close();
		assertThat(this.peer.isAlive()).isFalse();
	}

	@Test
	void theEngineIsTheOneWhoseFormatWeImplement() {
		assertThat(this.peer.call("version").toString()).contains("1.3.0");
		this.peer.create(this.folder.resolve("a.zova"));
		this.peer.closeDatabase();
		JsonNode probe = this.peer.call("probe_format", "path", this.folder.resolve("a.zova").toString());
		assertThat(probe.path("format_version").asInt()).isEqualTo(12);
		assertThat(probe.path("compatibility").asString()).isEqualTo("current");
	}

	@Test
	void aRefusalCarriesTheEnginesStatus() {
		this.peer.create(this.folder.resolve("a.zova"));
		assertThatExceptionOfType(PeerException.class)
			.isThrownBy(() -> this.peer.call("get_object", "object_id", "00".repeat(32)))
			.satisfies((ex) -> {
				assertThat(ex.status()).isEqualTo("ZOVA_OBJECT_NOT_FOUND");
				assertThat(ex.code()).isEqualTo(50);
			});
		assertThat(this.peer.call("ping").asString()).isEqualTo("pong");
	}

	@Test
	void aMisspeltArgumentIsRefused() {
		assertThatExceptionOfType(PeerException.class).isThrownBy(() -> this.peer.call("ping", "tpyo", 1))
			.satisfies((ex) -> assertThat(ex.status()).isEqualTo("PEER_BAD_REQUEST"));
	}

	@Test
	void bytesAndTextComeBackAsTheyWere() {
		this.peer.create(this.folder.resolve("a.zova"));
		byte[] large = RandomBytes.of(5_000_000, 1);
		JsonNode id = this.peer.call("put_object", "data", Peer.binary(large));
		assertThat(Peer.bytes(this.peer.call("get_object", "object_id", id))).isEqualTo(large);
		String text = "日本語 😀 \" \\ \n \u0001 \u2028";
		JsonNode answer = this.peer.call("query", "sql", "select ?", "params", new Object[] { text });
		assertThat(answer.path("rows").path(0).path(0).path("value").asString()).isEqualTo(text);
	}

	@Test
	void doublesComeBackToTheBit() {
		this.peer.call("create_memory");
		double value = Math.nextUp(0.1);
		JsonNode cell = this.peer.call("query", "sql", "select ?", "params", new Object[] { value })
			.path("rows")
			.path(0)
			.path(0);
		assertThat(cell.path("bits").asString()).isEqualTo("%016x".formatted(Double.doubleToRawLongBits(value)));
	}

	@Test
	void muchOnTheErrorStreamDoesNotBlock() {
		for (int i = 0; i < 2_000; i++) {
			assertThatExceptionOfType(PeerException.class).isThrownBy(() -> this.peer.call("debug_panic"))
				.satisfies((ex) -> assertThat(ex.status()).isEqualTo("PEER_PANIC"));
		}
		assertThat(this.peer.call("ping").asString()).isEqualTo("pong");
	}

	@Test
	@DisabledOnOs(OS.WINDOWS)
	void anAbortOfTheEngineIsAnErrorAndThenTheEnd() {
		assertThatExceptionOfType(PeerException.class).isThrownBy(() -> this.peer.call("debug_abort"))
			.satisfies((ex) -> assertThat(ex.status()).isEqualTo("PEER_CRASH"));
		assertThatIllegalStateException().isThrownBy(() -> this.peer.call("ping"))
			.withMessageContaining("the peer has ended");
	}

	@Test
	void silenceEndsInAnErrorAndTheProgramIsKilled() {
		this.peer.call("create_memory");
		assertThatIllegalStateException()
			.isThrownBy(() -> this.peer.call(Duration.ofMillis(300), "query", "sql",
					"with recursive n(i) as (select 1 union all select i + 1 from n) select max(i) from n"))
			.withMessageContaining("no answer");
	}

	@Test
	void twoPeersDoNotShareNames() {
		try (Peer other = Peer.start()) {
			this.peer.create(this.folder.resolve("a.zova"));
			other.create(this.folder.resolve("b.zova"));
			this.peer.call("exec", "sql", "create table t(x)");
			assertThatExceptionOfType(PeerException.class)
				.isThrownBy(() -> other.call("exec", "sql", "select * from t"));
		}
	}

}
