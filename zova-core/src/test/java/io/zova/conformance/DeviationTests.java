package io.zova.conformance;

import java.nio.file.Path;
import java.util.Arrays;

import io.zova.ZovaDatabase;
import io.zova.object.ChunkId;
import io.zova.object.ObjectId;
import io.zova.object.ObjectTemplate;
import io.zova.object.StorageProfile;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Where ours differs from the real engine on purpose: what it does, what ours does
 * instead. The README lists them.
 */
@RequiresPeer
class DeviationTests {

	private static final byte[] LARGE = new byte[200_000];

	static {
		Arrays.fill(LARGE, (byte) 5);
	}

	@TempDir
	Path folder;

	private Peer peer;

	private ZovaDatabase database;

	@BeforeEach
	void open() {
		this.peer = Peer.start();
		this.peer.create(this.folder.resolve("theirs.zova"));
		this.database = ZovaDatabase.create(this.folder.resolve("ours.zova"));
	}

	@AfterEach
	void close() {
		this.database.close();
		this.peer.close();
	}

	@Test
	void anObjectWriterWorksInsideATransaction() {
		this.peer.call("begin_immediate");
		assertThatExceptionOfType(PeerException.class).isThrownBy(() -> this.peer.call("object_writer"))
			.satisfies((ex) -> assertThat(ex.status()).isEqualTo("ZOVA_OBJECT_TRANSACTION_ACTIVE"));
		ObjectId id = ObjectId.ofContent(LARGE);
		new TransactionTemplate(this.database.transactionManager()).executeWithoutResult((status) -> {
			try (var writer = this.database.objects().writer()) {
				writer.write(LARGE);
				assertThat(writer.finish()).isEqualTo(id);
			}
			status.setRollbackOnly();
		});
		assertThat(this.database.objects().exists(id)).isFalse();
	}

	@Test
	void aChunkAbove64KiBCanBeReadOnItsOwn() {
		JsonNode id = this.peer.call("put_object", "data", Peer.binary(LARGE), "profile", "streaming");
		String hash = this.peer.call("object_manifest", "object_id", id)
			.path("chunks")
			.path(0)
			.path("hash")
			.path("hex")
			.asString();
		assertThatExceptionOfType(PeerException.class)
			.isThrownBy(() -> this.peer.call("get_object_chunk", "hash", hash))
			.satisfies((ex) -> assertThat(ex.status()).isEqualTo("ZOVA_OBJECT_CORRUPT"));
		ObjectTemplate objects = this.database.objects();
		objects.put(LARGE, StorageProfile.STREAMING);
		assertThat(objects.getChunk(ChunkId.parse(hash))).isEqualTo(LARGE);
	}

	@Test
	void aVerifiedBackupAcceptsChunksAbove64KiB() {
		this.peer.call("put_object", "data", Peer.binary(LARGE), "profile", "streaming");
		assertThatExceptionOfType(PeerException.class)
			.isThrownBy(() -> this.peer.call("backup_to", "destination",
					this.folder.resolve("their-copy.zova").toString(), "verify", true))
			.satisfies((ex) -> assertThat(ex.status()).isEqualTo("ZOVA_OBJECT_CORRUPT"));
		ObjectId id = this.database.objects().put(LARGE, StorageProfile.STREAMING);
		this.database.backup(this.folder.resolve("our-copy.zova"));
		try (ZovaDatabase copy = ZovaDatabase.open(this.folder.resolve("our-copy.zova"))) {
			assertThat(copy.objects().get(id)).isEqualTo(LARGE);
		}
	}

}
