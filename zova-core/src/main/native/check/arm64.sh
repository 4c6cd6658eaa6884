#!/usr/bin/env bash
# Runs tests of zova-core with the checked-in library for Linux on arm64, in a Java for arm64 that an emulator runs:
#
#   arm64.sh [fully.qualified.TestClass...]     those that use the library, unless others are named
#
# Needs Debian on x64, its package index, and qemu-user-static. The Java is unpacked below target/arm64; what is installed on the machine
# stays as it is.
set -euo pipefail

root=$(cd "$(dirname "$0")/../../../../.." && pwd)
work=$root/zova-core/target/arm64
apt=$work/apt
java=$work/system/usr/lib/jvm/java-17-openjdk-arm64/bin/java

if [ $# = 0 ]; then
	set -- io.zova.sqlite.{function.TableFunction,function.TableFunctionConcurrency,extension.PackedQuery,extension.PackedInput,extension.NativeExtension,extension.TwoClassLoaders}Tests \
		io.zova.vector.{VectorSql,WaysOfReading,GoldenSearch}Tests io.zova.graph.GraphFunctionTests
fi

if [ ! -x "$java" ]; then
	mkdir -p "$apt"/{lists/partial,cache/archives/partial} "$work/system"
	: >"$apt/status"
	cat >"$apt/apt.conf" <<-END
		APT::Architecture "arm64";
		APT::Architectures { "arm64"; };
		APT::Sandbox::User "root";
		Dir::State "$apt";
		Dir::State::lists "$apt/lists";
		Dir::State::status "$apt/status";
		Dir::Cache "$apt/cache";
	END
	APT_CONFIG=$apt/apt.conf apt-get -qq update
	APT_CONFIG=$apt/apt.conf apt-get -y -qq --no-install-recommends --download-only install openjdk-17-jre-headless
	for package in "$apt"/cache/archives/*.deb; do
		dpkg --extract "$package" "$work/system"
	done
fi

cd "$root"
./mvnw -q -B -ntp -pl zova-core test-compile
./mvnw -q -B -ntp -pl zova-core dependency:build-classpath -Dmdep.outputFile="$work/classpath" -Dmdep.includeScope=test
version=$(grep -oE 'junit-platform-engine-[0-9.]+[0-9]' "$work/classpath" | head -n 1 | sed 's/.*-//')
./mvnw -q -B -ntp -pl zova-core dependency:copy -DoutputDirectory="$work" \
	-Dartifact="org.junit.platform:junit-platform-console-standalone:$version"

mkdir -p "$work/tmp"
cd zova-core
# By default Java starts processes by a program of its own, which the kernel would have to know how to run.
emulated=(qemu-aarch64-static -L "$work/system" "$java")
"${emulated[@]}" -XshowSettings:properties -version 2>&1 | grep -E 'os.arch|java.version ='
"${emulated[@]}" -Djdk.lang.Process.launchMechanism=VFORK \
	-Djava.io.tmpdir="$work/tmp" \
	-cp "target/test-classes:target/classes:$(cat "$work/classpath"):$work/junit-platform-console-standalone-$version.jar" \
	org.junit.platform.console.ConsoleLauncher execute "${@/#/--select-class=}" --details=summary --disable-ansi-colors
