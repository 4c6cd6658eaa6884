#!/usr/bin/env bash
# Runs the extension under memory checkers, as far as they are on this machine:
#
#   check.sh [seed]     AddressSanitizer with UndefinedBehaviorSanitizer, then valgrind
#
# Needs a C compiler ($CC or cc) and SQLite's development files (sqlite3.h and the shared library).
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
seed=${1:-$(date +%s)}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
sources=("$here/host.c" "$here/../zova_tables.c")
flags=(-std=c11 -g -Wall -Wextra -Werror -I"$here/../sqlite")

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
