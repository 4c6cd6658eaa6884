#!/usr/bin/env bash
# Everything about the native library that a build server checks, from an empty directory each time:
#
#   1. the checked-in binaries are what the sources build (needs Python 3 and the network, for the pinned compiler)
#   2. the extension under AddressSanitizer, UndefinedBehaviorSanitizer and valgrind (needs a C compiler and libsqlite3-dev)
#   3. the Java tests of SQL functions, with a library that the system's compiler built
#
# A step whose tools are missing is left out and says so; on a build server set ZOVA_CI_STRICT=1, which makes that a failure.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../../../.." && pwd)

missing() {
	echo "left out: $1" >&2
	[ -z "${ZOVA_CI_STRICT:-}" ] || exit 1
}

if [ "$(uname -s)-$(uname -m)" = Linux-x86_64 ] && python3 -c 'import venv, ensurepip' 2>/dev/null; then
	result=0
	"$here/build.sh" --check || result=$?
	case $result in
		0) ;;
		4) missing "rebuilding the binaries needs the package index" ;;
		*) exit "$result" ;;
	esac
else
	missing "rebuilding the binaries needs Linux on x64 and Python 3 with venv"
fi

if ! command -v "${CC:-cc}" >/dev/null; then
	missing "memory checks and the host build need a C compiler"
	exit 0
fi

if echo 'int sqlite3_libversion_number(void); int main(void) { return sqlite3_libversion_number() < 3038000; }' \
		| "${CC:-cc}" -x c -o /dev/null - -lsqlite3 2>/dev/null; then
	"$here/check/check.sh"
else
	missing "memory checks need libsqlite3-dev"
fi

library=$root/zova-core/target/native/zova-host.so
mkdir -p "$(dirname "$library")"
"$here/build.sh" --host "$library"
cd "$root"
./mvnw -q -B -pl zova-core test -Dtest='io.zova.sqlite.**.*Function*Tests,NativeExtensionTests,FunctionsOnEveryConnectionTests' -Dtest.jvm.arguments="-Dzova.native.library=$library"
echo "The tests of SQL functions pass with the library of the system's compiler."
