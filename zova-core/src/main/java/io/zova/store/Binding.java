package io.zova.store;

import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Optional;

import io.zova.ZovaException;
import io.zova.ZovaStatus;
import io.zova.format.BoundStore;
import io.zova.format.StoreFile;
import io.zova.format.StoreRole;
import io.zova.format.ZovaSchema;
import io.zova.sqlite.driver.DriverConnections;

/**
 * Lets a main file name a store, or none any more. No row is moved.
 */
final class Binding {

	private static final String CANDIDATE = "zova_candidate";

	private final StoreChange change;

	private final MainFile main;

	private final StoreRole role;

	Binding(StoreChange change, StoreRole role) {
		this.change = change;
		this.main = change.main();
		this.role = role;
	}

	BoundStore bind(Path store, StoreOptions options) throws SQLException {
		this.change.requireRollbackJournal("main", this.main.path(), options);
		Optional<BoundStore> bound = this.change.bound(this.role);
		if (bound.isEmpty()) {
			requireNothingInMain(store);
		}
		BoundStore.requirePlainPath(store.toString());
		Path real = BoundStore.locate(store, this.main.path(), this.main.policy());
		BoundStore.attachFile(this.change.connection(), CANDIDATE, DriverConnections.uri(real), store);
		try {
			StoreFile file = new StoreFile(this.change.connection(), CANDIDATE, this.role, store.toString());
			file.require();
			this.change.requireRollbackJournal(CANDIDATE, store, options);
			requireFree(file, bound, options);
			BoundStore now = new BoundStore(this.role, options.recorded(store), file.storeId(), ZovaSchema.randomId(),
					0);
			this.change.commit(() -> {
				requireUnchanged(bound);
				if (bound.isEmpty()) {
					requireNothingInMain(store);
				}
				requireFree(file, bound, options);
				file.bindTo(now.boundSetId());
				BoundStore.record(this.change.connection(), now);
			});
			return now;
		}
		finally {
			this.change.execute("detach " + CANDIDATE);
		}
	}

	/** Another process may have been faster. */
	private void requireUnchanged(Optional<BoundStore> bound) throws SQLException {
		if (!this.change.bound(this.role).map(BoundStore::boundSetId).equals(bound.map(BoundStore::boundSetId))) {
			throw new ZovaException(ZovaStatus.BUSY,
					this.main.path() + " was given another " + this.role.words() + " just now. Look, and try again");
		}
	}

	private void requireNothingInMain(Path store) throws SQLException {
		if (new StoreFile(this.change.connection(), "main", this.role, this.main.path().toString()).hasRows()) {
			throw new ZovaException(ZovaStatus.BOUND_STORE_EXISTS,
					this.main.path() + " holds what belongs to its " + this.role.words()
							+ " itself, and with a store it would be out of sight. Move it: "
							+ "Stores.split(StoreRole." + this.role.name() + ", path), with a path where nothing is "
							+ "yet, in the place of bind to " + store);
		}
	}

	/** Another main file would not open any more, which nobody should find out later. */
	private static void requireFree(StoreFile store, Optional<BoundStore> bound, StoreOptions options)
			throws SQLException {
		String set = store.boundSetId().orElse("");
		boolean ours = bound.isPresent() && (bound.get().boundSetId().equals(set));
		if (!options.takesOver() && !set.isEmpty() && !ours && store.hasRows()) {
			throw new ZovaException(ZovaStatus.BOUND_STORE_EXISTS, store.name()
					+ " holds content and was bound to another main file, which would not open any more, "
					+ "or to a copy of this one. If that is meant, say so: StoreOptions.defaults().takingOver()");
		}
	}

	void unbind() throws SQLException {
		BoundStore bound = this.change.require(this.role);
		this.change.commit(() -> {
			requireUnchanged(Optional.of(bound));
			bound.remove(this.change.connection());
		});
	}

}
