#!/usr/bin/env bash
# Builds the six binaries of the table-function extension, the same bytes on every run.
#
#   build.sh                 builds into the resources of zova-core and writes SHA256SUMS
#   build.sh --check         builds into an empty directory and compares with SHA256SUMS and with the resources
#   build.sh --host FILE     builds only for this machine, with the system's compiler ($CC or cc), into FILE
#
# Ends with 1 if something differs or does not compile, with 4 if the compiler is not to be had.
#
# The compiler is Zig's C compiler from the Python package in requirements.txt (version and hash pinned), installed into a virtual
# environment of its own under $ZOVA_ZIG (default: target/zig of zova-core). No SDK and no C library are needed.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
resources=$(cd "$here/../resources" 2>/dev/null && pwd || { mkdir -p "$here/../resources" && cd "$here/../resources" && pwd; })/io/zova/sqlite/native
environment=${ZOVA_ZIG:-$(cd "$here/../../.." && pwd)/target/zig}

flags=(-std=c11 -O2 -g0 -s -shared -fPIC -fvisibility=hidden -ffp-contract=off -fno-stack-protector -fno-unwind-tables
	-fno-asynchronous-unwind-tables -fno-sanitize=all -ffreestanding -nostdlib -DZOVA_FREESTANDING
	-Wall -Wextra -Werror)

targets=(
	"linux-x64 x86_64-linux-gnu.2.17 zova.so"
	"linux-arm64 aarch64-linux-gnu.2.17 zova.so"
	"macos-x64 x86_64-macos.11.0 zova.dylib"
	"macos-arm64 aarch64-macos.11.0 zova.dylib"
	"windows-x64 x86_64-windows-gnu zova.dll"
	"windows-arm64 aarch64-windows-gnu zova.dll"
)

install_compiler() {
	if [ ! -x "$environment/bin/python" ] || ! "$environment/bin/python" -m ziglang version 2>/dev/null | grep -qx 0.16.0; then
		rm -rf "$environment"
		python3 -m venv "$environment"
		"$environment/bin/pip" install --quiet --disable-pip-version-check --no-deps --require-hashes --only-binary :all: \
			-r "$here/requirements.txt" || {
			rm -rf "$environment"
			echo "The compiler of requirements.txt cannot be installed." >&2
			exit 4
		}
	fi
}

# Everything that could end up in the output is fixed: the time, the names of the files, the path of the library.
build_all() {
	local output=$1 caches headers
	install_compiler
	headers=$("$here/headers.sh")
	caches=$(mktemp -d)
	export SOURCE_DATE_EPOCH=1767225600 ZIG_GLOBAL_CACHE_DIR=$caches/global ZIG_LOCAL_CACHE_DIR=$caches/local
	cd "$here"
	for target in "${targets[@]}"; do
		read -r platform triple file <<<"$target"
		mkdir -p "$output/$platform"
		local extra=()
		case $platform in
			macos-*) extra=(-install_name "@rpath/$file" -lSystem) ;;
			windows-*) extra=(-Wl,--entry,DllMainCRTStartup) ;;
		esac
		"$environment/bin/python" -m ziglang cc -target "$triple" "${flags[@]}" -I"$headers" "${extra[@]}" -o "$output/$platform/$file" zova_tables.c
		chmod 644 "$output/$platform/$file"
		# Import libraries and debug files that some linkers leave beside their output.
		find "$output/$platform" -type f ! -name "$file" -delete
	done
	rm -rf "$caches"
}

sums() {
	(cd "$1" && find . -type f \( -name 'zova.so' -o -name 'zova.dylib' -o -name 'zova.dll' \) | sed 's|^\./||' | LC_ALL=C sort \
		| xargs sha256sum)
}

case ${1:-} in
	"")
		build_all "$resources"
		sums "$resources" >"$here/SHA256SUMS"
		cat "$here/SHA256SUMS"
		;;
	--check)
		fresh=$(mktemp -d)
		trap 'rm -rf "$fresh"' EXIT
		build_all "$fresh"
		sums "$fresh" | diff -u "$here/SHA256SUMS" - || { echo "The sources build other binaries than SHA256SUMS lists." >&2; exit 1; }
		sums "$resources" | diff -u "$here/SHA256SUMS" - || { echo "The checked-in binaries are not those of SHA256SUMS." >&2; exit 1; }
		echo "The checked-in binaries are what the sources build."
		;;
	--host)
		headers=$("$here/headers.sh")
		${CC:-cc} -std=c11 -O2 -g -shared -fPIC -fvisibility=hidden -ffp-contract=off -Wall -Wextra -Werror -I"$headers" \
			-o "${2:?the file to build}" "$here/zova_tables.c"
		;;
	*)
		sed -n '2,12s/^# \{0,1\}//p' "$0" >&2
		exit 2
		;;
esac
