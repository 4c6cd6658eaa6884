package io.zova.store;

import java.nio.file.Files;
import java.nio.file.Path;

import io.zova.ZovaException;
import io.zova.format.StoreRole;

/**
 * Splits objects off and joins them again until it is killed, or once.
 */
final class MovingProcess {

	private MovingProcess() {
	}

	public static void main(String[] arguments) throws Exception {
		Path main = Path.of(arguments[1]);
		Path store = Path.of(arguments[2]);
		StoreOptions options = StoreOptions.defaults().allowingWal();
		if (arguments[0].equals("once")) {
			try {
				Stores.of(main).split(StoreRole.OBJECTS, store, options);
				System.out.println("> split");
			}
			catch (ZovaException ex) {
				System.out.println("> " + ex.status());
			}
			return;
		}
		System.out.println("> begins");
		while (true) {
			Stores.of(main).split(StoreRole.OBJECTS, store, options);
			System.out.println("> split");
			Stores.of(main).join(StoreRole.OBJECTS);
			System.out.println("> joined");
			Files.delete(store);
		}
	}

}
