#!/usr/bin/env bash
# Runs the extension under memory checkers, as far as they are on this machine:
#
#   check.sh [seed]     that there is no variable data and that the checked-in binaries need no library, AddressSanitizer with
#                       UndefinedBehaviorSanitizer, then valgrind
#
# Needs a C compiler ($CC or cc) and SQLite's development files (sqlite3.h and the shared library).
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
seed=${1:-$(date +%s)}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
sources=("$here/host.c" "$here/../zova_tables.c")
headers=$("$here/../headers.sh")
flags=(-std=c11 -g -Wall -Wextra -Werror -I"$headers")

echo "== no variable data"
${CC:-cc} -std=c11 -O2 -fPIC -I"$headers" -c -o "$work/zova_tables.o" "$here/../zova_tables.c"
variables=$(size -A "$work/zova_tables.o" | awk '$1 == ".data" || $1 == ".bss" { bytes += $2 } END { print bytes + 0 }')
if [ "$variables" != 0 ]; then
	echo "The extension has $variables bytes of variables that connections would share." >&2
	exit 1
fi

echo "== no library needed"
cd "$here/../../resources/io/zova/sqlite/native"
for file in linux-*/zova.so; do
	if readelf -dW "$file" | grep NEEDED || readelf --dyn-syms -W "$file" | awk '$7 == "UND" && $8 != ""' | grep .; then
		echo "$file wants something from another library." >&2
		exit 1
	fi
done
# Their own name, and on macOS the library that every program has, are the only ones in them.
if LC_ALL=C grep -aoiE '[a-z0-9_.-]+\.dll|/[a-z0-9_./-]+\.dylib' windows-*/zova.dll macos-*/zova.dylib |
		grep -vE ':(zova\.dll|/zova\.dylib|/usr/lib/libSystem\.B\.dylib)$'; then
	echo "A binary names another library." >&2
	exit 1
fi
cd - >/dev/null

echo "== sanitizers"
${CC:-cc} "${flags[@]}" -O1 -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=all -o "$work/sanitized" \
	"${sources[@]}" -lsqlite3
"$work/sanitized" "$seed" 30000

if command -v valgrind >/dev/null; then
	echo "== valgrind"
	${CC:-cc} "${flags[@]}" -O1 -o "$work/plain" "${sources[@]}" -lsqlite3
	valgrind --quiet --error-exitcode=3 --leak-check=full --show-leak-kinds=all "$work/plain" "$seed" 3000
else
	echo "== valgrind is not installed: left out"
fi
