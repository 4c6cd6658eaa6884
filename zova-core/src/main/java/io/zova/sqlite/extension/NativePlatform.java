package io.zova.sqlite.extension;

import java.util.Locale;

/**
 * The kind of machine we run on, by the names of the directories of the native binaries.
 *
 * @param name such as {@code linux-x64}
 * @param fileName what the binary is called there
 */
record NativePlatform(String name, String fileName) {

	/** Where the binaries are. */
	private static final String RESOURCES = "/io/zova/sqlite/native/";

	static NativePlatform current() {
		return of(System.getProperty("os.name", ""), System.getProperty("os.arch", ""));
	}

	static NativePlatform of(String operatingSystem, String architecture) {
		String arch = switch (architecture.toLowerCase(Locale.ROOT)) {
			case "amd64", "x86_64", "x64" -> "x64";
			case "aarch64", "arm64" -> "arm64";
			default -> architecture;
		};
		String os = operatingSystem.toLowerCase(Locale.ROOT);
		if (os.startsWith("linux")) {
			return new NativePlatform("linux-" + arch, "zova.so");
		}
		if (os.startsWith("mac")) {
			return new NativePlatform("macos-" + arch, "zova.dylib");
		}
		if (os.startsWith("windows")) {
			return new NativePlatform("windows-" + arch, "zova.dll");
		}
		return new NativePlatform(os.replace(' ', '-') + "-" + arch, "zova.so");
	}

	String resource() {
		return RESOURCES + this.name + "/" + this.fileName;
	}

}
