#!/usr/bin/env bash
# Prints a directory with SQLite's headers, sqlite3.h and sqlite3ext.h, after it has fetched them if need be.
#
# They come out of a source package that carries SQLite 3.50.4 unchanged (headers.txt: version and hash pinned), into target/ of
# zova-core or the directory $ZOVA_SQLITE_HEADERS. Ends with 4 if the package is not to be had.
#
# Only the table of function pointers that sqlite3ext.h declares matters to the extension. SQLite only ever appends to it, so an
# extension built with these headers runs in every later SQLite, and in earlier ones as long as it calls nothing newer:
# zova_tables.c asks for 3.38 at run time, the oldest version that has all the functions it uses.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
directory=${ZOVA_SQLITE_HEADERS:-$(cd "$here/../../.." && pwd)/target/sqlite-headers-3.50.4}

if [ ! -e "$directory/sqlite3ext.h" ] || [ ! -e "$directory/sqlite3.h" ]; then
	work=$(mktemp -d)
	trap 'rm -rf "$work"' EXIT
	{
		python3 -m venv "$work/python" &&
			"$work/python/bin/pip" install --quiet --disable-pip-version-check --no-deps --require-hashes --only-binary :all: \
				-r "$here/headers-tools.txt" &&
			"$work/python/bin/pip" download --quiet --disable-pip-version-check --no-deps --require-hashes --no-binary :all: \
				--no-build-isolation -r "$here/headers.txt" -d "$work/package"
	} >&2 || {
		echo "The package of headers.txt cannot be fetched." >&2
		exit 4
	}
	tar -xzf "$work"/package/*.tar.gz -C "$work"
	mkdir -p "$directory"
	cp "$work"/sqlean_py-*/sqlite/sqlite3.h "$work"/sqlean_py-*/sqlite/sqlite3ext.h "$directory"
fi
echo "$directory"
