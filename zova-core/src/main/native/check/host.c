/*
 * A host program for zova_tables.c, to be run under memory checkers: declares table functions, answers calls with good, cut, changed and
 * random packed rows, and opens and closes many connections. Random input is made from the seed given as the first argument.
 *
 * SQLite is the system's shared library. The extension is compiled in, so that the checkers see all of it.
 */
#define _DEFAULT_SOURCE
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int zova_tables_init(sqlite3 *db, char **error, const void *api);

/* The key of every connection, and others that differ from it. The real host program draws one for each, and only ever binds it. */
#define KEY "x'000102030405060708090a0b0c0d0e0f1011121314151617'"
#define KEY_BYTES 24
static const unsigned char key[KEY_BYTES] = { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23 };
static const char *const wrong_keys[] = { "null", "0", "''", "x''", "x'00'", "zeroblob(24)", "zeroblob(25)", "randomblob(24)",
	"x'000102030405060708090a0b0c0d0e0f10111213141516'", "x'000102030405060708090a0b0c0d0e0f101112131415161718'",
	"x'000102030405060708090a0b0c0d0e0f1011121314151618'", "x'010102030405060708090a0b0c0d0e0f1011121314151617'",
	"'000102030405060708090a0b0c0d0e0f1011121314151617'", "cast(" KEY " as text)" };
#define LONGER_KEY 9
#define KEY_AS_TEXT 13
#define WRONG_KEYS (sizeof wrong_keys / sizeof *wrong_keys)

/* The table of SQLite's functions, as SQLite hands it to an extension that it loads. */
static const void *api_table;

static int take_api(sqlite3 *db, char **error, const void *api) {
	(void)db;
	(void)error;
	api_table = api;
	return SQLITE_OK;
}

static unsigned long long state;

static unsigned int next_random(void) {
	state = state * 6364136223846793005ULL + 1442695040888963407ULL;
	return (unsigned int)(state >> 33);
}

#define CHECK(condition) \
	do { \
		if (!(condition)) { \
			fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition); \
			exit(1); \
		} \
	} while (0)

/* What the next call answers. */
static unsigned char *answer;
static int answer_bytes;
static int answer_is_blob = 1;
static const char *nested_sql;

static void call(sqlite3_context *context, int argc, sqlite3_value **argv) {
	CHECK(argc >= 4);
	CHECK(sqlite3_value_bytes(argv[0]) == KEY_BYTES && memcmp(sqlite3_value_blob(argv[0]), key, KEY_BYTES) == 0);
	if (nested_sql) {
		const char *sql = nested_sql;
		char *error = 0;
		if (sqlite3_exec(sqlite3_context_db_handle(context), sql, 0, 0, &error) != SQLITE_OK) {
			sqlite3_result_error(context, error, -1);
			sqlite3_free(error);
			return;
		}
	}
	if (answer_is_blob) {
		/* A copy of exactly this size: a byte read beyond it is noticed. */
		unsigned char *copy = malloc((size_t)answer_bytes + (answer_bytes == 0));
		CHECK(copy);
		memcpy(copy, answer, (size_t)answer_bytes);
		sqlite3_result_blob(context, copy, answer_bytes, free);
	}
	else {
		sqlite3_result_text(context, "not a blob", -1, SQLITE_STATIC);
	}
}

static sqlite3 *open_connection(void) {
	sqlite3 *db;
	char *error = 0;
	CHECK(sqlite3_open(":memory:", &db) == SQLITE_OK);
	CHECK(zova_tables_init(db, &error, api_table) == SQLITE_OK);
	/* Nothing but the first call sets the key, and before it nothing works. */
	static const char *const early[] = { "select * from zova_connection(" KEY ")", "select * from zova_packed(" KEY ", 'select 1', 100)",
		"select * from zova_unpacked(" KEY ")", "select * from zova_declare(null)", "select * from zova_declare(x'00')",
		"select * from zova_declare(" KEY ", 0, 'f', 'CREATE TABLE x(a)', 1, 0, 0, 0, 0, -1, 0, 1)" };
	for (size_t i = 0; i < sizeof early / sizeof *early; i++) {
		CHECK(sqlite3_exec(db, early[i], 0, 0, 0) == SQLITE_AUTH);
	}
	CHECK(sqlite3_exec(db, "select * from zova_declare(" KEY ")", 0, 0, &error) == SQLITE_OK);
	for (int depth = 0; depth < 8; depth++) {
		char name[] = "zova_call_0";
		name[10] = (char)('0' + depth);
		CHECK(sqlite3_create_function(db, name, -1, SQLITE_UTF8, 0, call, 0, 0) == SQLITE_OK);
	}
	CHECK(sqlite3_exec(db,
				  "select * from zova_declare(" KEY ", 0, 'f', 'CREATE TABLE x(a, b, c, n HIDDEN, m HIDDEN)', 3, 2, 1, 0, 0, 0, 0, 10);"
				  "select * from zova_declare(" KEY ", 1, 'g', 'CREATE TABLE x(a)', 1, 0, 0, 0, 0, -1, 2, 1)",
				  0, 0, &error)
			== SQLITE_OK);
	/* Declarations that must be refused, without a leak. */
	const char *wrong[] = { "-1, 'h', 'CREATE TABLE x(a)', 1, 0, 0, 0, 0, -1, 0, 1", "1, null, 'CREATE TABLE x(a)', 1, 0, 0, 0, 0, -1, 0, 1",
		"1, 'h', 7, 1, 0, 0, 0, 0, -1, 0, 1", "1, 'h', 'CREATE TABLE x(a)', 0, 0, 0, 0, 0, -1, 0, 1",
		"1, 'h', 'CREATE TABLE x(a)', 65, 0, 0, 0, 0, -1, 0, 1", "1, 'h', 'CREATE TABLE x(a)', 1, 25, 0, 0, 0, -1, 0, 1",
		"1, 'h', 'CREATE TABLE x(a)', 1, 1, 2, 0, 0, -1, 0, 1", "1, 'h', 'CREATE TABLE x(a)', 1, 0, 0, 0, 0, 1, 0, 1",
		"1, 'h', 'CREATE TABLE x(a)', 1, 0, 0, 0, 0, -1, 8, 1", "1, 'h', 'CREATE TABLE x(a)', 1, 0, 0, 0, 0, -1, 0, 0",
		"1.5, 'h', 'CREATE TABLE x(a)', 1, 0, 0, 0, 0, -1, 0, 1" };
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		char *sql = sqlite3_mprintf("select * from zova_declare(" KEY ", %s)", wrong[i]);
		CHECK(sqlite3_exec(db, sql, 0, 0, 0) == SQLITE_CONSTRAINT);
		sqlite3_free(sql);
	}
	/* A schema that SQLite refuses shows at the first use, and one with fewer columns than declared must do no harm. */
	CHECK(sqlite3_exec(db, "select * from zova_declare(" KEY ", 2, 'broken', 'nonsense', 1, 0, 0, 0, 0, -1, 0, 1)", 0, 0, 0) == SQLITE_OK);
	CHECK(sqlite3_exec(db, "select * from broken", 0, 0, 0) == SQLITE_ERROR);
	CHECK(sqlite3_exec(db, "select * from zova_declare(" KEY ", 3, 'short', 'CREATE TABLE x(a)', 3, 2, 0, 0, 0, -1, 0, 1)", 0, 0, 0) == SQLITE_OK);
	CHECK(sqlite3_exec(db, "select * from zova_declare(" KEY ", 4, 'long', 'CREATE TABLE x(a, b, c, d, e, f)', 1, 0, 0, 0, 0, -1, 0, 1)", 0, 0, 0)
			== SQLITE_OK);
	for (size_t i = 0; i < WRONG_KEYS; i++) {
		char *sql = sqlite3_mprintf("select * from zova_declare(%s, 5, 'h', 'CREATE TABLE x(a)', 1, 0, 0, 0, 0, -1, 0, 1)", wrong_keys[i]);
		CHECK(sqlite3_exec(db, sql, 0, 0, 0) == SQLITE_AUTH);
		sqlite3_free(sql);
	}
	CHECK(sqlite3_exec(db, "select * from zova_declare(" KEY ")", 0, 0, 0) == SQLITE_OK);
	CHECK(sqlite3_exec(db, "select * from zova_declare(" KEY ")", 0, 0, 0) == SQLITE_AUTH);
	CHECK(sqlite3_exec(db, "select * from zova_declare(x'ff0102030405060708090a0b0c0d0e0f1011121314151617')", 0, 0, 0) == SQLITE_AUTH);
	return db;
}

/* The number that a query answers. */
static int number(sqlite3 *db, const char *sql) {
	sqlite3_stmt *query;
	CHECK(sqlite3_prepare_v2(db, sql, -1, &query, 0) == SQLITE_OK);
	CHECK(sqlite3_step(query) == SQLITE_ROW);
	int result = sqlite3_column_int(query, 0);
	CHECK(sqlite3_finalize(query) == SQLITE_OK);
	return result;
}

/* The number that a query answers on a new file with this journal mode, to which something was written. */
static int run_on_file(const char *journal_mode, const char *sql) {
	char directory[] = "/tmp/zova-check-XXXXXX";
	CHECK(mkdtemp(directory));
	char *file = sqlite3_mprintf("%s/file", directory);
	char *prepare = sqlite3_mprintf("pragma journal_mode=%s; create table t(v); insert into t values (1)", journal_mode);
	sqlite3 *db;
	char *error = 0;
	CHECK(sqlite3_open(file, &db) == SQLITE_OK);
	CHECK(zova_tables_init(db, &error, api_table) == SQLITE_OK);
	CHECK(sqlite3_exec(db, "select * from zova_declare(" KEY ")", 0, 0, 0) == SQLITE_OK);
	CHECK(sqlite3_exec(db, prepare, 0, 0, 0) == SQLITE_OK);
	int result = number(db, sql);
	CHECK(sqlite3_close(db) == SQLITE_OK);
	CHECK(remove(file) == 0);
	CHECK(remove(directory) == 0);
	sqlite3_free(prepare);
	sqlite3_free(file);
	return result;
}

/* Whether the log of a new file may be synced by others, where it is written with this journal mode and parameter of the path. */
static void check_log(const char *journal_mode, const char *parameter, int shared) {
	char directory[] = "/tmp/zova-check-XXXXXX";
	CHECK(mkdtemp(directory));
	char *uri = sqlite3_mprintf("file:%s/file?%s", directory, parameter);
	char *file = sqlite3_mprintf("%s/file", directory);
	char *journal = sqlite3_mprintf("%s/file-journal", directory);
	char *mode = sqlite3_mprintf("pragma journal_mode=%s", journal_mode);
	static const char log[] = "select shared from zova_log(" KEY ", 'main')";
	static const char sync[] = "select shared from zova_log(" KEY ", 'main', 1)";
	sqlite3 *db;
	char *error = 0;
	CHECK(sqlite3_open_v2(uri, &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_URI, 0) == SQLITE_OK);
	CHECK(zova_tables_init(db, &error, api_table) == SQLITE_OK);
	CHECK(sqlite3_exec(db, "select * from zova_declare(" KEY ")", 0, 0, 0) == SQLITE_OK);
	CHECK(number(db, log) == 0 && number(db, sync) == 0);
	CHECK(sqlite3_exec(db, mode, 0, 0, 0) == SQLITE_OK);
	CHECK(sqlite3_exec(db, "create table t(v); insert into t values (1)", 0, 0, 0) == SQLITE_OK);
	CHECK(number(db, log) == shared);
	CHECK(number(db, sync) == (strcmp(journal_mode, "wal") == 0));
	CHECK(sqlite3_exec(db, "begin immediate; insert into t values (2)", 0, 0, 0) == SQLITE_OK);
	CHECK(number(db, log) == shared && number(db, sync) == 1);
	CHECK(sqlite3_exec(db, "commit", 0, 0, 0) == SQLITE_OK);
	/* What follows the log. */
	CHECK(sqlite3_exec(db, "pragma wal_checkpoint(truncate)", 0, 0, 0) == SQLITE_OK);
	CHECK(number(db, log) == 0);
	CHECK(sqlite3_exec(db, "insert into t values (3)", 0, 0, 0) == SQLITE_OK);
	CHECK(number(db, log) == shared);
	CHECK(sqlite3_exec(db, "pragma journal_mode=persist; insert into t values (4)", 0, 0, 0) == SQLITE_OK);
	CHECK(number(db, log) == 0);
	CHECK(sqlite3_exec(db, "select * from zova_log(" KEY ", 'other')", 0, 0, 0) == SQLITE_CONSTRAINT);
	CHECK(sqlite3_exec(db, "select * from zova_log(" KEY ", null)", 0, 0, 0) == SQLITE_CONSTRAINT);
	CHECK(sqlite3_exec(db, "select * from zova_log(" KEY ")", 0, 0, 0) != SQLITE_OK);
	CHECK(sqlite3_close(db) == SQLITE_OK);
	remove(journal);
	CHECK(remove(file) == 0);
	CHECK(remove(directory) == 0);
	sqlite3_free(mode);
	sqlite3_free(journal);
	sqlite3_free(file);
	sqlite3_free(uri);
}

/* What was deleted, renamed or replaced takes no commit; what is back, does. */
static void check_moved(const char *journal_mode) {
	char directory[] = "/tmp/zova-check-XXXXXX";
	CHECK(mkdtemp(directory));
	char *file = sqlite3_mprintf("%s/file", directory);
	char *moved = sqlite3_mprintf("%s/moved", directory);
	char *prepare = sqlite3_mprintf("pragma journal_mode=%s; create table t(v); insert into t values (1)", journal_mode);
	sqlite3 *db;
	sqlite3 *other;
	char *error = 0;
	CHECK(sqlite3_open(file, &db) == SQLITE_OK);
	CHECK(zova_tables_init(db, &error, api_table) == SQLITE_OK);
	CHECK(sqlite3_exec(db, prepare, 0, 0, 0) == SQLITE_OK);
	CHECK(sqlite3_exec(db, "begin; insert into t values (2)", 0, 0, 0) == SQLITE_OK);
	CHECK(rename(file, moved) == 0);
	CHECK(sqlite3_exec(db, "commit", 0, 0, 0) == SQLITE_CONSTRAINT);
	CHECK(sqlite3_extended_errcode(db) == SQLITE_CONSTRAINT_COMMITHOOK);
	CHECK(sqlite3_get_autocommit(db));
	CHECK(sqlite3_exec(db, "insert into t values (3)", 0, 0, 0) != SQLITE_OK);
	CHECK(sqlite3_exec(db, "create temp table u(v); insert into u values (3)", 0, 0, 0) == SQLITE_OK);
	/* SQLite wants the file's permissions before it opens a journal that is there. */
	CHECK(sqlite3_exec(db, "begin; select * from t; commit", 0, 0, 0) == (strcmp(journal_mode, "persist") == 0 ? SQLITE_IOERR : SQLITE_OK));
	/* Another database at its place. */
	CHECK(sqlite3_open(file, &other) == SQLITE_OK);
	CHECK(sqlite3_exec(other, "create table t(v)", 0, 0, 0) == SQLITE_OK);
	CHECK(sqlite3_exec(db, "insert into t values (3)", 0, 0, 0) != SQLITE_OK);
	CHECK(sqlite3_close(other) == SQLITE_OK);
	CHECK(rename(moved, file) == 0);
	CHECK(sqlite3_exec(db, "insert into t values (4)", 0, 0, 0) == SQLITE_OK);
	sqlite3_stmt *sum;
	CHECK(sqlite3_prepare_v2(db, "select sum(v) from t", -1, &sum, 0) == SQLITE_OK);
	CHECK(sqlite3_step(sum) == SQLITE_ROW && sqlite3_column_int(sum, 0) == 5);
	sqlite3_finalize(sum);
	CHECK(sqlite3_close(db) == SQLITE_OK);
	char *journal = sqlite3_mprintf("%s/file-journal", directory);
	remove(journal);
	CHECK(remove(file) == 0);
	CHECK(remove(directory) == 0);
	sqlite3_free(journal);
	sqlite3_free(prepare);
	sqlite3_free(moved);
	sqlite3_free(file);
}

static unsigned char buffer[1 << 16];

static void put_u32(unsigned char *at, unsigned int value) {
	for (int i = 0; i < 4; i++) {
		at[i] = (unsigned char)(value >> 8 * i);
	}
}

/* Random rows of this number of columns, well formed; returns their length. */
static int good_rows(int columns, int rows) {
	int length = 12;
	memcpy(buffer, "ZPR1", 4);
	put_u32(buffer + 4, (unsigned int)columns);
	put_u32(buffer + 8, (unsigned int)rows);
	for (int i = 0; i < columns * rows; i++) {
		int tag = (int)(next_random() % 5);
		buffer[length++] = (unsigned char)tag;
		int size = tag == 0 ? 0 : tag < 3 ? 8 : (int)(next_random() % 40);
		if (tag >= 3) {
			put_u32(buffer + length, (unsigned int)size);
			length += 4;
		}
		while (size-- > 0) {
			buffer[length++] = tag == 3 ? (unsigned char)('a' + next_random() % 26) : (unsigned char)next_random();
		}
	}
	return length;
}

/* Runs the query to its end, reading every value; returns the last result code. */
static int drain(sqlite3_stmt *statement, int *rows) {
	int rc;
	*rows = 0;
	while ((rc = sqlite3_step(statement)) == SQLITE_ROW) {
		++*rows;
		for (int i = 0; i < sqlite3_column_count(statement); i++) {
			const unsigned char *bytes = sqlite3_column_blob(statement, i);
			unsigned int sum = 0;
			for (int b = 0; b < sqlite3_column_bytes(statement, i); b++) {
				sum += bytes[b];
			}
			/* Makes the checkers see every byte. */
			if (sum == 0xffffffff) {
				puts("");
			}
		}
	}
	sqlite3_reset(statement);
	return rc;
}

/* Reads the rows of the buffer back through zova_unpacked. */
static int unpack(sqlite3_stmt *statement, int *rows) {
	unsigned char *copy = malloc(KEY_BYTES + (size_t)answer_bytes);
	CHECK(copy);
	memcpy(copy, key, KEY_BYTES);
	memcpy(copy + KEY_BYTES, answer, (size_t)answer_bytes);
	CHECK(sqlite3_bind_blob(statement, 1, copy, KEY_BYTES + answer_bytes, SQLITE_TRANSIENT) == SQLITE_OK);
	free(copy);
	return drain(statement, rows);
}

static int run(sqlite3 *db, const char *sql) {
	sqlite3_stmt *statement;
	int rows;
	if (sqlite3_prepare_v2(db, sql, -1, &statement, 0) != SQLITE_OK) {
		fprintf(stderr, "%s: %s\n", sql, sqlite3_errmsg(db));
		exit(1);
	}
	int rc = drain(statement, &rows);
	sqlite3_finalize(statement);
	return rc;
}

int main(int argc, char **argv) {
	unsigned long long seed = argc > 1 ? strtoull(argv[1], 0, 10) : 1;
	int rounds = argc > 2 ? atoi(argv[2]) : 20000;
	printf("seed %llu, %d rounds\n", seed, rounds);
	state = seed;
	answer = buffer;
	CHECK(sqlite3_auto_extension((void (*)(void))take_api) == SQLITE_OK);
	sqlite3 *db;
	CHECK(sqlite3_open(":memory:", &db) == SQLITE_OK);
	sqlite3_close(db);
	sqlite3_reset_auto_extension();
	CHECK(api_table);

	db = open_connection();
	sqlite3_stmt *queries[4];
	const char *sql[] = { "select *, n, m from f(1, x'0102')", "select x.a, y.c from f(1) x, f(2) y limit 50", "select a from g limit 3",
		"select * from f where n in (1, 2) order by a" };
	for (int i = 0; i < 4; i++) {
		CHECK(sqlite3_prepare_v2(db, sql[i], -1, &queries[i], 0) == SQLITE_OK);
	}
	sqlite3_stmt *unpacked;
	CHECK(sqlite3_prepare_v2(db, "select *, rowid from zova_unpacked(?1)", -1, &unpacked, 0) == SQLITE_OK);
	long accepted = 0;
	long refused = 0;
	for (int round = 0; round < rounds; round++) {
		int query = (int)(next_random() % 4);
		int columns = query == 2 ? 1 : 3;
		int rows = (int)(next_random() % 12);
		int changed = -1;
		int got;
		answer_bytes = good_rows(columns, rows);
		CHECK(drain(queries[query], &got) == SQLITE_DONE);
		if (query == 0) {
			CHECK(got == rows);
		}
		CHECK(unpack(unpacked, &got) == SQLITE_DONE && got == rows);
		switch (next_random() % 6) {
			case 0:
				/* Cut anywhere. */
				answer_bytes = (int)(next_random() % (unsigned int)answer_bytes);
				break;
			case 1:
				/* Some bytes more. */
				answer_bytes += 1 + (int)(next_random() % 20);
				break;
			case 2:
				/* Another version, or another number of columns or rows. */
				changed = (int)(next_random() % 12);
				buffer[changed] ^= (unsigned char)(1 + next_random() % 255);
				break;
			case 3:
				/* Huge counts and lengths. */
				put_u32(buffer + next_random() % (unsigned int)(answer_bytes - 3), 0xffffffffu - next_random() % 40);
				break;
			case 4:
				for (unsigned int changes = 1 + next_random() % 8; changes > 0; changes--) {
					buffer[next_random() % (unsigned int)answer_bytes] = (unsigned char)next_random();
				}
				break;
			default:
				for (int i = 8; i < answer_bytes; i++) {
					buffer[i] = (unsigned char)next_random();
				}
		}
		answer_is_blob = next_random() % 50 != 0;
		int rc = drain(queries[query], &got);
		CHECK(rc == SQLITE_DONE || rc == SQLITE_CONSTRAINT);
		/* No mistake about version and columns may go unnoticed, even where the bytes could be read as rows. */
		CHECK(rc == SQLITE_CONSTRAINT || changed < 0 || changed >= 8);
		*(rc == SQLITE_DONE ? &accepted : &refused) += 1;
		answer_is_blob = 1;
		rc = unpack(unpacked, &got);
		CHECK(rc == SQLITE_DONE || rc == SQLITE_CONSTRAINT);
		CHECK(rc == SQLITE_CONSTRAINT || changed < 0 || changed >= 4);
	}
	sqlite3_finalize(unpacked);
	for (int i = 0; i < 4; i++) {
		sqlite3_finalize(queries[i]);
	}
	printf("%ld changed answers were refused, %ld still had a meaning\n", refused, accepted);
	CHECK(refused > rounds / 2);

	/* Declarations that contradict their schema. */
	answer_bytes = good_rows(3, 4);
	CHECK(run(db, "select * from short") == SQLITE_DONE);
	answer_bytes = good_rows(1, 4);
	CHECK(run(db, "select * from long") == SQLITE_DONE);
	CHECK(run(db, "select count(*) from long where b is null and f is null") == SQLITE_DONE);

	/* The way back: packed rows have the values of the query, whatever the size of a step, and what cannot be packed is refused. */
	CHECK(sqlite3_exec(db, "create table source(a, b, c);"
						   "with recursive n(i) as (select 1 union all select i + 1 from n where i < 2000)"
						   "insert into source select i, 'text ' || i, case i % 4 when 0 then null when 1 then i / 3.0 else zeroblob(i) end"
						   "  from n",
				  0, 0, 0)
			== SQLITE_OK);
	for (int bytes = -1; bytes < 3000000; bytes = bytes * 7 + 20) {
		sqlite3_stmt *packed;
		int got;
		int total = 0;
		CHECK(sqlite3_prepare_v2(db, "select rows from zova_packed(" KEY ", 'select a, b, c from source where a > ?1 and a <= ?2', ?1, 100, 1900)", -1,
					  &packed, 0)
				== SQLITE_OK);
		sqlite3_bind_int(packed, 1, bytes);
		while (sqlite3_step(packed) == SQLITE_ROW) {
			const unsigned char *rows = sqlite3_column_blob(packed, 0);
			CHECK(sqlite3_column_bytes(packed, 0) > 12 && memcmp(rows, "ZPR1", 4) == 0 && rows[4] == 3);
			total += rows[8] | rows[9] << 8 | rows[10] << 16;
		}
		CHECK(total == 1800);
		CHECK(drain(packed, &got) == SQLITE_DONE);
		sqlite3_finalize(packed);
	}
	CHECK(run(db, "select rows from zova_packed(" KEY ", 'select 1 where 0', 100)") == SQLITE_DONE);
	CHECK(run(db, "select x.rows, y.rows from zova_packed(" KEY ", 'select 1 union all select 2', 1) x,"
				  " zova_packed(" KEY ", 'select ?1', 9, x.rows) y")
			== SQLITE_DONE);
	const char *unpackable[] = { "'delete from source', 100", "'', 100", "'begin', 100", "'select * from missing', 100", "null, 100",
		"'select 1', 'x'", "'select 1', 100, 7", "'select abs(-9223372036854775808)', 100", "'select zeroblob(999999990), 1, 2', 100",
		"'insert into source values (1, 2, 3) returning a', 100" };
	for (size_t i = 0; i < sizeof unpackable / sizeof *unpackable; i++) {
		char *query = sqlite3_mprintf("select rows from zova_packed(" KEY ", %s)", unpackable[i]);
		CHECK(run(db, query) != SQLITE_DONE);
		sqlite3_free(query);
	}
	CHECK(sqlite3_prepare_v2(db, "select rows from zova_packed(" KEY ", 'select 1')", -1, &queries[0], 0) == SQLITE_ERROR);

	/* And back again: packed, unpacked, written and joined, the rows are the same. */
	CHECK(sqlite3_exec(db, "create table copy(a, b, c, d);"
						   "insert into copy select u.c1, u.c2, u.c3, u.c4 from zova_packed(" KEY ", 'select a, b, c from source', 5000) p"
						   "  cross join zova_unpacked(cast(" KEY " || p.rows as blob)) u",
				  0, 0, 0)
			== SQLITE_OK);
	CHECK(run(db, "select abs(-9223372036854775808) where exists (select * from copy where d is not null)"
				  " or (select count(*) from copy) <> 2000 or exists (select a, b, c from source except select a, b, c from copy)")
			== SQLITE_DONE);
	CHECK(run(db, "select u.*, s.* from zova_packed(" KEY ", 'select a from source where a < 50', 100) p"
				  " cross join zova_unpacked(cast(" KEY " || p.rows as blob)) u left join source s on s.a = u.c1 order by u.c2, s.b") == SQLITE_DONE);
	const char *not_rows[] = { "x''", "x'5a505231'", "zeroblob(12)", "x'5a50523100000000' || x'00000000'",
		"x'5a505231' || x'09000000' || x'00000000'", "x'5a5052310100000001000000'", "x'5a505231010000000000000000'" };
	for (size_t i = 0; i < sizeof not_rows / sizeof *not_rows; i++) {
		char *query = sqlite3_mprintf("select * from zova_unpacked(cast(" KEY " || %s as blob))", not_rows[i]);
		CHECK(run(db, query) == SQLITE_CONSTRAINT);
		sqlite3_free(query);
	}
	CHECK(run(db, "select * from zova_unpacked(cast(" KEY " || x'5a5052310100000000000000' as blob))") == SQLITE_DONE);
	CHECK(sqlite3_prepare_v2(db, "select * from zova_unpacked", -1, &queries[0], 0) == SQLITE_ERROR);
	CHECK(sqlite3_prepare_v2(db, "select * from zova_unpacked where rows > x''", -1, &queries[0], 0) == SQLITE_ERROR);
	CHECK(sqlite3_exec(db, "create view v as select * from zova_unpacked(x'5a5052310100000000000000')", 0, 0, 0) == SQLITE_OK);
	CHECK(sqlite3_prepare_v2(db, "select * from v", -1, &queries[0], 0) == SQLITE_ERROR);
	CHECK(sqlite3_exec(db, "drop view v; drop table copy", 0, 0, 0) == SQLITE_OK);

	/* Nesting: down to the limit, with an error that comes up through all calls. */
	answer_bytes = good_rows(1, 2);
	nested_sql = "select * from g";
	CHECK(run(db, "select * from g") == SQLITE_CONSTRAINT);
	CHECK(strstr(sqlite3_errmsg(db), "at most 8 deep"));
	nested_sql = "select * from missing";
	CHECK(run(db, "select * from g") == SQLITE_CONSTRAINT);
	answer_bytes = good_rows(3, 2);
	nested_sql = "select * from zova_connection(" KEY "); create table if not exists t(v); insert into t values (1)";
	CHECK(run(db, "select * from f(1) x left join f(x.a) y") == SQLITE_DONE);
	nested_sql = 0;

	/* Packed queries within each other, until it is too deep. */
	sqlite3_stmt *deep;
	CHECK(sqlite3_prepare_v2(db, "select rows from zova_packed(?1, ?2, 100, ?1, ?2)", -1, &deep, 0) == SQLITE_OK);
	CHECK(sqlite3_bind_blob(deep, 1, key, KEY_BYTES, SQLITE_STATIC) == SQLITE_OK);
	CHECK(sqlite3_bind_text(deep, 2, "select rows from zova_packed(?1, ?2, 100, ?1, ?2)", -1, SQLITE_STATIC) == SQLITE_OK);
	for (int again = 0; again < 3; again++) {
		int got;
		CHECK(drain(deep, &got) == SQLITE_CONSTRAINT);
		CHECK(strstr(sqlite3_errmsg(db), "at most 8 deep"));
	}
	sqlite3_finalize(deep);
	char *nested = sqlite3_mprintf("select 1");
	for (int depth = 1; depth < 11; depth++) {
		char *outer = sqlite3_mprintf("select rows from zova_packed(" KEY ", %Q, 100)", nested);
		sqlite3_free(nested);
		nested = outer;
		CHECK(run(db, nested) == (depth <= 8 ? SQLITE_DONE : SQLITE_CONSTRAINT));
	}
	sqlite3_free(nested);

	/* Without the key, nothing. */
	for (size_t i = 0; i < WRONG_KEYS; i++) {
		static const char *const calls[] = { "select * from zova_connection(%s)", "select * from zova_connection(%s, 0)",
			"select * from zova_log(%s, 'main')", "select * from zova_log(%s, 'main', 1)",
			"select * from zova_packed(%s, 'select 1', 100)", "select * from zova_packed(%s, 'pragma busy_timeout=7', 100)",
			"select * from zova_unpacked(%s)", "select * from zova_unpacked(cast(%s || x'5a5052310100000000000000' as blob))",
			"select * from zova_declare(%s)" };
		for (size_t c = 0; c < sizeof calls / sizeof *calls; c++) {
			int rows_after_key = strstr(calls[c], "zova_unpacked") != 0;
			if (i == KEY_AS_TEXT && strstr(calls[c], "cast")) {
				/* The cast makes it right. */
				continue;
			}
			char *sql = sqlite3_mprintf(calls[c], wrong_keys[i]);
			int rc = sqlite3_exec(db, sql, 0, 0, 0);
			/* What has the key at its beginning, but is longer, is only for the table that wants rows after it. */
			int begins_right = i == LONGER_KEY && rows_after_key;
			CHECK(begins_right ? rc == SQLITE_CONSTRAINT : rc == SQLITE_AUTH && strstr(sqlite3_errmsg(db), "is internal"));
			sqlite3_free(sql);
		}
	}
	static const char *const keyless[] = { "select * from zova_connection", "select * from zova_packed", "select * from zova_unpacked",
		"select * from zova_declare", "select key from zova_connection", "select * from zova_packed where sql = 'select 1' and bytes = 100",
		"select * from zova_connection where enforce = 0", "select * from zova_log where schema = 'main' and sync = 1",
		"select * from zova_log", "select * from zova_unpacked where rows > x''" };
	for (size_t i = 0; i < sizeof keyless / sizeof *keyless; i++) {
		int rc = sqlite3_exec(db, keyless[i], 0, 0, 0);
		CHECK(rc == SQLITE_ERROR || rc == SQLITE_AUTH);
	}
	CHECK(run(db, "select case when key is null then 1 else abs(-9223372036854775808) end from zova_connection(" KEY ")") == SQLITE_DONE);
	CHECK(run(db, "select case when key is null then 1 else abs(-9223372036854775808) end from zova_packed(" KEY ", 'select 1', 100)") == SQLITE_DONE);

	/* A commit into a file that is not where it was is rolled back, whatever the journal; without it everything goes on. */
	check_moved("delete");
	check_moved("persist");
	check_moved("wal");
	check_log("wal", "psow=1", 1);
	check_log("wal", "psow=0", 0);
	check_log("delete", "psow=1", 0);
	check_log("persist", "psow=1", 0);

	/* Foreign keys, inside a transaction. */
	CHECK(sqlite3_exec(db, "pragma foreign_keys=on; create table parent(i integer primary key); create table child(i references parent);"
			"insert into parent values (1), (2); insert into child select i from parent; begin", 0, 0, 0) == SQLITE_OK);
	CHECK(run(db, "delete from parent where i = 1") == SQLITE_CONSTRAINT);
	CHECK(run(db, "select foreign_keys from zova_connection(" KEY ", 0)") == SQLITE_DONE);
	CHECK(run(db, "delete from parent where i = 1") == SQLITE_DONE);
	CHECK(run(db, "select *, enforce from zova_connection(" KEY ") where enforce in (0, 1) order by enforce") == SQLITE_DONE);
	CHECK(run(db, "delete from parent where i = 2") == SQLITE_CONSTRAINT);
	CHECK(run(db, "select 1 from zova_connection(" KEY ", 2)") == SQLITE_ERROR);
	CHECK(run(db, "select 1 from zova_connection(" KEY ", 'on')") == SQLITE_ERROR);
	CHECK(sqlite3_exec(db, "select 1 from zova_connection(" KEY ") where enforce > 0", 0, 0, 0) == SQLITE_ERROR);
	CHECK(sqlite3_exec(db, "rollback; drop table child; drop table parent; pragma foreign_keys=off", 0, 0, 0) == SQLITE_OK);

	/* The states of the file, in memory and with either kind of journal. */
	CHECK(run(db, "select file_state, log_state, written from zova_connection(" KEY ")") == SQLITE_DONE);
	CHECK(run_on_file("delete", "select length(file_state) = 4 and log_state is null from zova_connection(" KEY ")") == 1);
	CHECK(run_on_file("wal", "select file_state is null and length(log_state) = 48 from zova_connection(" KEY ")") == 1);
	CHECK(run_on_file("wal", "select written > 0 from zova_connection(" KEY ")") == 1);

	/* Abandoned cursors. */
	sqlite3_stmt *open;
	CHECK(sqlite3_prepare_v2(db, "select rows from zova_packed(" KEY ", 'select a, b, c from source', 1000)", -1, &open, 0) == SQLITE_OK);
	CHECK(sqlite3_step(open) == SQLITE_ROW);
	CHECK(sqlite3_finalize(open) == SQLITE_OK);
	CHECK(sqlite3_prepare_v2(db, "select u.* from zova_packed(" KEY ", 'select a, b, c from source', 1000) p,"
								   " zova_unpacked(cast(" KEY " || p.rows as blob)) u", -1, &open, 0)
			== SQLITE_OK);
	CHECK(sqlite3_step(open) == SQLITE_ROW);
	CHECK(sqlite3_finalize(open) == SQLITE_OK);
	CHECK(sqlite3_prepare_v2(db, "select x.*, y.* from f(1) x, f(x.b) y", -1, &open, 0) == SQLITE_OK);
	CHECK(sqlite3_step(open) == SQLITE_ROW);
	CHECK(sqlite3_close_v2(db) == SQLITE_OK);
	CHECK(sqlite3_finalize(open) == SQLITE_OK);

	/* Out of memory, at every allocation in turn. */
	for (int limit = 1; limit < 40; limit++) {
		db = open_connection();
		sqlite3_hard_heap_limit64(sqlite3_memory_used() + limit * 1500);
		sqlite3_stmt *statement;
		int rows;
		if (sqlite3_prepare_v2(db, "select *, n, m from f(1, 'a') order by c", -1, &statement, 0) == SQLITE_OK) {
			drain(statement, &rows);
		}
		sqlite3_finalize(statement);
		if (sqlite3_prepare_v2(db, "select rows from zova_packed(" KEY ", 'select name, zeroblob(900) from pragma_function_list', 20000)", -1,
					&statement, 0) == SQLITE_OK) {
			drain(statement, &rows);
		}
		sqlite3_finalize(statement);
		if (sqlite3_prepare_v2(db, "select u.* from zova_packed(" KEY ", 'select name, zeroblob(900) from pragma_function_list', 9000) p,"
								   " zova_unpacked(cast(" KEY " || p.rows as blob)) u",
					-1, &statement, 0) == SQLITE_OK) {
			drain(statement, &rows);
		}
		sqlite3_finalize(statement);
		sqlite3_hard_heap_limit64(0);
		CHECK(sqlite3_close(db) == SQLITE_OK);
	}

	for (int i = 0; i < rounds / 100; i++) {
		db = open_connection();
		answer_bytes = good_rows(3, 5);
		CHECK(run(db, "select * from f(1)") == SQLITE_DONE);
		CHECK(sqlite3_close(db) == SQLITE_OK);
	}
	CHECK(sqlite3_memory_used() == 0);
	puts("ok");
	return 0;
}
