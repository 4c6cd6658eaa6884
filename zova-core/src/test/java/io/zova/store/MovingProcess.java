package io.zova.store;

import java.nio.file.Files;
import java.nio.file.Path;

import io.zova.ZovaException;
import io.zova.format.StoreRole;

/**
 * Splits objects off and joins them again until it is killed, or does one such thing.
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
		switch (arguments[0]) {
			case "split" -> Stores.of(main).split(StoreRole.OBJECTS, store, options);
			case "join" -> Stores.of(main).join(StoreRole.OBJECTS);
			case "unbind" -> Stores.of(main).unbind(StoreRole.OBJECTS);
			case "rebind" -> Stores.of(main).bind(StoreRole.OBJECTS, store, options.takingOver());
			default -> moveForEver(main, store, options);
		}
		if (arguments[0].equals("join")) {
			Files.delete(store);
		}
		System.out.println("> done");
	}

	private static void moveForEver(Path main, Path store, StoreOptions options) throws Exception {
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
