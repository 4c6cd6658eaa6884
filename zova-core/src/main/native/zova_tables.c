/*
 * Table functions for SQLite whose rows are made by the host program.
 *
 * SQLite calls a table function through a virtual table module, which is a struct of C functions: nothing that a driver for another
 * language can register. This extension registers such modules *by declaration* and asks an ordinary scalar function, which every
 * driver can register, for their rows. It knows nothing about what the functions do.
 *
 * Loading it adds five eponymous tables to the connection. They are for the host program alone: everybody's SQL can name them, so each
 * wants a key that only the host program knows, always as a bound parameter, and is "internal" for everybody else. The key's column,
 * like those of all arguments, reads as null.
 *
 *   zova_declare     the first call, zova_declare(key), sets the key of the connection; it has to come before anybody else's SQL runs.
 *                    Then zova_declare(key, ...) declares one table function for each call, see declare_filter(). A second
 *                    zova_declare(key) ends the declarations: from then on every call is refused.
 *   zova_connection  one row about the connection: zova_connection(key) says whether foreign keys are enforced, and tells states of the
 *                    main file apart: file_state (the change counter, 4 bytes, of a file with a rollback journal), log_state (the header
 *                    of the index of the write-ahead log, 48 bytes) and written (how many pages the connection has written so far, to
 *                    whatever file). The states are those of the file at this moment, which in a transaction need not be the one that it
 *                    sees; each is null where it does not apply. zova_connection(key, enforce) also switches the enforcement of foreign
 *                    keys, as the pragma does that SQLite ignores inside transactions; foreign_keys is what was before.
 *   zova_log         one row about the write-ahead log of a file, zova_log(key, schema): whether it may be synced by others than who
 *                    commits. So it is if the connection has the log open, something is in it, and a write does no harm to what
 *                    is beside it (psow), for which SQLite would fill the log up to the next sector with every commit.
 *                    zova_log(key, schema, 1) syncs the log, as SQLite does at the end of a commit with "synchronous = full" and
 *                    "fullfsync = on". What was in the log before, from whatever connection or process, is on the disk then.
 *   zova_packed      the way back: the rows of a query, many in each row. zova_packed(key, sql, bytes, p1, ... p4) runs the query, which
 *                    must not write, with these parameters and packs its rows as below, as many into each value of its one column as it
 *                    takes to reach that many bytes. A driver that fetches every value by a call of its own reads short rows so in half
 *                    the time.
 *   zova_unpacked    packed rows as a table: zova_unpacked(key || rows) has the values of each as c1 to c8, null where the rows have
 *                    fewer. One INSERT ... SELECT from it writes thousands of rows for which a driver would bind every value by a call of
 *                    its own. Here the key is a part of the one argument: the host program hands on what it has packed, with its key.
 *
 * It also refuses every commit of a transaction that has written to the main file if the path of that file does not lead to it any more,
 * because it was deleted, renamed or replaced: what is committed there is gone when the process ends. The commit fails with
 * SQLITE_CONSTRAINT_COMMITHOOK and is rolled back. This costs one call of stat() for each commit. SQLite itself looks only when it
 * creates a rollback journal. Stores in attached files would be asked for in the same place.
 *
 * A scan of a declared table function runs, on the same connection,
 *
 *   SELECT zova_call_D(?1 key, ?2 function id, ?3 set of arguments given, ?4 row limit or -1, ?5 first argument, ...)
 *
 * where D is the number of scans being started around this one. There is one such function for each depth because a driver's function
 * object may hold the state of a single call only. It must answer nobody without
 * the key. The answer is one BLOB, the packed rows:
 *
 *   bytes 0-3    "ZPR1", the version of the format
 *   bytes 4-7    number of columns, bytes 8-11 number of rows
 *   then the values, row by row, each a tag and its content:
 *                0 NULL | 1 integer, 8 bytes | 2 real, 8 bytes IEEE 754 | 3 text, length and UTF-8 | 4 blob, length and bytes
 *
 * Numbers are little endian, lengths and counts are unsigned and have 4 bytes. No byte is read that was not checked to be there.
 *
 * There is no variable data outside the connections: even the pointer to SQLite's functions is kept for each connection, because two
 * copies of SQLite may live in one process (two class loaders with a driver each) and load the same file.
 */
#include "sqlite3ext.h"

#define MAX_DEPTH 8
#define MAX_COLUMNS 64
#define MAX_ARGUMENTS 24
#define FIRST_ARGUMENT_PARAMETER 5
#define HEADER_BYTES 12

/* A key is random but for its first byte, which is 0: where a message shows a bound value as text, it shows nothing of it. */
#define KEY_BYTES 24

#define FLAG_DIRECT_ONLY 1
#define FLAG_INNOCUOUS 2
#define FLAG_ARGUMENTS_READ_AS_NULL 4
#define ALL_FLAGS 7

enum { TAG_NULL = 0, TAG_INTEGER = 1, TAG_REAL = 2, TAG_TEXT = 3, TAG_BLOB = 4 };

typedef unsigned char byte;
typedef sqlite3_uint64 u64;

/* In every function below, SQLite is reached through a local variable of the name that sqlite3ext.h's macros use. */
#define USE_API(source) const sqlite3_api_routines *sqlite3_api = (source)

#ifdef ZOVA_FREESTANDING
/* Compilers may call these two for plain assignments and initialisations. */
__attribute__((visibility("hidden"), no_builtin)) void *memcpy(void *to, const void *from, __SIZE_TYPE__ n) {
	byte *t = to;
	const byte *f = from;
	while (n-- > 0) {
		*t++ = *f++;
	}
	return to;
}

__attribute__((visibility("hidden"), no_builtin)) void *memset(void *to, int value, __SIZE_TYPE__ n) {
	byte *t = to;
	while (n-- > 0) {
		*t++ = (byte)value;
	}
	return to;
}

#ifdef _WIN32
int __stdcall DllMainCRTStartup(void *instance, unsigned long reason, void *reserved) {
	(void)instance;
	(void)reason;
	(void)reserved;
	return 1;
}

int _fltused = 0;
#endif
#endif

/* What all modules of one connection share; freed with the last of them. */
typedef struct Connection {
	const sqlite3_api_routines *api;
	sqlite3 *db;
	int references;
	/* How many calls, and how many packed queries, are inside each other now. */
	int depth;
	int packed_depth;
	int has_key;
	int closed_for_declarations;
	byte key[KEY_BYTES];
} Connection;

/* A table function as declared: the module's client data. */
typedef struct Declaration {
	Connection *connection;
	sqlite3_int64 id;
	char *name;
	char *schema;
	int columns;
	int arguments;
	int required;
	int exactly_one_of;
	int at_least_one_of;
	int ordered_by;
	int flags;
	sqlite3_int64 estimated_rows;
} Declaration;

typedef struct Table {
	sqlite3_vtab base;
	const sqlite3_api_routines *api;
	Declaration *declaration;
	/* Prepared calls that no cursor uses now, by depth. */
	sqlite3_stmt *idle[MAX_DEPTH];
} Table;

typedef struct Cursor {
	sqlite3_vtab_cursor base;
	const sqlite3_api_routines *api;
	/* Holds the packed rows until it is reset. */
	sqlite3_stmt *call;
	int depth;
	const byte *at;
	const byte *end;
	u64 rows_left;
	sqlite3_int64 row;
	int on_row;
	sqlite3_value *arguments[MAX_ARGUMENTS];
	const byte *values[];
} Cursor;

static void *allocate(const sqlite3_api_routines *api, u64 bytes) {
	USE_API(api);
	byte *memory = sqlite3_malloc64(bytes);
	if (memory) {
		for (u64 i = 0; i < bytes; i++) {
			memory[i] = 0;
		}
	}
	return memory;
}

static void release_connection(void *client_data) {
	Connection *connection = client_data;
	USE_API(connection->api);
	if (--connection->references == 0) {
		sqlite3_free(connection);
	}
}

static void free_declaration(void *client_data) {
	Declaration *declaration = client_data;
	Connection *connection = declaration->connection;
	USE_API(connection->api);
	sqlite3_free(declaration->name);
	sqlite3_free(declaration->schema);
	sqlite3_free(declaration);
	release_connection(connection);
}

/* Replaces the message that SQLite will report for this table. The arguments are evaluated before the old message is freed. */
#define SET_ERROR(vtab, ...) \
	do { \
		char *message_ = sqlite3_mprintf(__VA_ARGS__); \
		sqlite3_free((vtab)->zErrMsg); \
		(vtab)->zErrMsg = message_; \
	} while (0)

/* Whether a value begins with the connection's key, in a time that does not depend on how much of it is right. */
static int begins_with_key(const Connection *connection, sqlite3_value *value) {
	USE_API(connection->api);
	if (!connection->has_key || sqlite3_value_type(value) != SQLITE_BLOB || sqlite3_value_bytes(value) < KEY_BYTES) {
		return 0;
	}
	const byte *given = sqlite3_value_blob(value);
	int different = 0;
	for (int i = 0; i < KEY_BYTES; i++) {
		different |= given[i] ^ connection->key[i];
	}
	return different == 0;
}

static int is_key(const Connection *connection, sqlite3_value *value) {
	USE_API(connection->api);
	return begins_with_key(connection, value) && sqlite3_value_bytes(value) == KEY_BYTES;
}

/* ---- packed rows ---- */

static unsigned int read_u32(const byte *at) {
	return (unsigned int)at[0] | (unsigned int)at[1] << 8 | (unsigned int)at[2] << 16 | (unsigned int)at[3] << 24;
}

static u64 read_u64(const byte *at) {
	return (u64)read_u32(at) | (u64)read_u32(at + 4) << 32;
}

/* Where the value at this position ends, or null if it does not end before the packed rows do. */
static const byte *value_end(const byte *at, const byte *end) {
	u64 left = (u64)(end - at);
	if (left < 1) {
		return 0;
	}
	switch (*at) {
		case TAG_NULL:
			return at + 1;
		case TAG_INTEGER:
		case TAG_REAL:
			return left >= 9 ? at + 9 : 0;
		case TAG_TEXT:
		case TAG_BLOB:
			return left >= 5 && left - 5 >= read_u32(at + 1) ? at + 5 + read_u32(at + 1) : 0;
		default:
			return 0;
	}
}

static void result_packed(const sqlite3_api_routines *api, sqlite3_context *context, const byte *at) {
	USE_API(api);
	switch (*at) {
		case TAG_INTEGER:
			sqlite3_result_int64(context, (sqlite3_int64)read_u64(at + 1));
			break;
		case TAG_REAL: {
			union {
				u64 bits;
				double number;
			} real;
			real.bits = read_u64(at + 1);
			sqlite3_result_double(context, real.number);
			break;
		}
		case TAG_TEXT:
			sqlite3_result_text(context, (const char *)at + 5, (int)read_u32(at + 1), SQLITE_TRANSIENT);
			break;
		case TAG_BLOB:
			sqlite3_result_blob(context, at + 5, (int)read_u32(at + 1), SQLITE_TRANSIENT);
			break;
		default:
			sqlite3_result_null(context);
	}
}

/* ---- declared table functions ---- */

static int table_connect(sqlite3 *db, void *client_data, int argc, const char *const *argv, sqlite3_vtab **result, char **error) {
	Declaration *declaration = client_data;
	USE_API(declaration->connection->api);
	(void)argc;
	(void)argv;
	int rc = sqlite3_declare_vtab(db, declaration->schema);
	if (rc != SQLITE_OK) {
		*error = sqlite3_mprintf("%s", sqlite3_errmsg(db));
		return rc;
	}
	if (declaration->flags & FLAG_DIRECT_ONLY) {
		sqlite3_vtab_config(db, SQLITE_VTAB_DIRECTONLY);
	}
	if (declaration->flags & FLAG_INNOCUOUS) {
		sqlite3_vtab_config(db, SQLITE_VTAB_INNOCUOUS);
	}
	Table *table = allocate(sqlite3_api, sizeof(Table));
	if (!table) {
		return SQLITE_NOMEM;
	}
	table->api = sqlite3_api;
	table->declaration = declaration;
	*result = &table->base;
	return SQLITE_OK;
}

static int table_disconnect(sqlite3_vtab *vtab) {
	Table *table = (Table *)vtab;
	USE_API(table->api);
	for (int depth = 0; depth < MAX_DEPTH; depth++) {
		sqlite3_finalize(table->idle[depth]);
	}
	sqlite3_free(table);
	return SQLITE_OK;
}

static int is_single_bit(int bits) {
	return bits != 0 && (bits & (bits - 1)) == 0;
}

/*
 * The arguments given are those whose hidden column is compared by = with something known when the scan starts. The plan's number is
 * their set, with two more bits above it: the row limit is passed, and hidden columns are read.
 */
static int table_best_index(sqlite3_vtab *vtab, sqlite3_index_info *info) {
	const Declaration *declaration = ((Table *)vtab)->declaration;
	int position[MAX_ARGUMENTS];
	int waiting = 0;
	int given = 0;
	int limit = -1;
	int filtered_later = 0;
	for (int i = 0; i < info->nConstraint; i++) {
		const struct sqlite3_index_constraint *constraint = &info->aConstraint[i];
		int argument = constraint->iColumn - declaration->columns;
		if (constraint->op == SQLITE_INDEX_CONSTRAINT_LIMIT) {
			limit = constraint->usable ? i : -1;
		}
		else if (constraint->op != SQLITE_INDEX_CONSTRAINT_EQ || constraint->iColumn < 0 || argument < 0
				|| argument >= declaration->arguments || (given & 1 << argument)) {
			filtered_later = 1;
		}
		else if (!constraint->usable) {
			waiting |= 1 << argument;
		}
		else {
			given |= 1 << argument;
			position[argument] = i;
		}
	}
	/* An argument that comes from a table further right in the join: SQLite has to try another order. */
	if (waiting & ~given) {
		return SQLITE_CONSTRAINT;
	}
	if ((given & declaration->required) != declaration->required
			|| (declaration->exactly_one_of && !is_single_bit(given & declaration->exactly_one_of))
			|| (declaration->at_least_one_of && !(given & declaration->at_least_one_of))) {
		return SQLITE_CONSTRAINT;
	}
	int parameters = 0;
	for (int argument = 0; argument < declaration->arguments; argument++) {
		if (given & 1 << argument) {
			info->aConstraintUsage[position[argument]].argvIndex = ++parameters;
			info->aConstraintUsage[position[argument]].omit = 1;
		}
	}
	int plan = given;
	if (info->nOrderBy == 1 && info->aOrderBy[0].iColumn == declaration->ordered_by && !info->aOrderBy[0].desc) {
		info->orderByConsumed = 1;
	}
	/* With a later filter, or a sort, the first rows of the function need not be the first rows of the query. */
	if (limit >= 0 && !filtered_later && !waiting && (info->nOrderBy == 0 || info->orderByConsumed)) {
		info->aConstraintUsage[limit].argvIndex = ++parameters;
		plan |= 1 << declaration->arguments;
	}
	if (!(declaration->flags & FLAG_ARGUMENTS_READ_AS_NULL)) {
		/* The highest bit stands for all columns from the 64th on. */
		int first_hidden = declaration->columns < 63 ? declaration->columns : 63;
		if (info->colUsed >> first_hidden) {
			plan |= 2 << declaration->arguments;
		}
	}
	info->idxNum = plan;
	info->estimatedRows = declaration->estimated_rows;
	info->estimatedCost = 1000.0 + (double)declaration->estimated_rows;
	return SQLITE_OK;
}

static int table_open(sqlite3_vtab *vtab, sqlite3_vtab_cursor **result) {
	Table *table = (Table *)vtab;
	Cursor *cursor = allocate(table->api, sizeof(Cursor) + (u64)table->declaration->columns * sizeof(const byte *));
	if (!cursor) {
		return SQLITE_NOMEM;
	}
	cursor->api = table->api;
	*result = &cursor->base;
	return SQLITE_OK;
}

/* Gives up the rows and the statement that holds them. */
static void end_call(Cursor *cursor) {
	USE_API(cursor->api);
	Table *table = (Table *)cursor->base.pVtab;
	cursor->on_row = 0;
	cursor->at = cursor->end = 0;
	if (cursor->call) {
		sqlite3_reset(cursor->call);
		sqlite3_clear_bindings(cursor->call);
		if (table->idle[cursor->depth]) {
			sqlite3_finalize(cursor->call);
		}
		else {
			table->idle[cursor->depth] = cursor->call;
		}
		cursor->call = 0;
	}
}

static void forget_arguments(Cursor *cursor) {
	USE_API(cursor->api);
	for (int i = 0; i < MAX_ARGUMENTS; i++) {
		sqlite3_value_free(cursor->arguments[i]);
		cursor->arguments[i] = 0;
	}
}

static int table_close(sqlite3_vtab_cursor *base) {
	Cursor *cursor = (Cursor *)base;
	USE_API(cursor->api);
	end_call(cursor);
	forget_arguments(cursor);
	sqlite3_free(cursor);
	return SQLITE_OK;
}

static int malformed(Cursor *cursor) {
	USE_API(cursor->api);
	Table *table = (Table *)cursor->base.pVtab;
	end_call(cursor);
	SET_ERROR(&table->base, "%s: the packed rows are malformed", table->declaration->name);
	return SQLITE_CONSTRAINT_VTAB;
}

static int table_next(sqlite3_vtab_cursor *base) {
	Cursor *cursor = (Cursor *)base;
	const Declaration *declaration = ((Table *)base->pVtab)->declaration;
	if (cursor->rows_left == 0) {
		if (cursor->at != cursor->end) {
			return malformed(cursor);
		}
		end_call(cursor);
		return SQLITE_OK;
	}
	for (int column = 0; column < declaration->columns; column++) {
		const byte *next = value_end(cursor->at, cursor->end);
		if (!next) {
			return malformed(cursor);
		}
		cursor->values[column] = cursor->at;
		cursor->at = next;
	}
	cursor->rows_left--;
	cursor->row++;
	cursor->on_row = 1;
	return SQLITE_OK;
}

/* Takes a prepared call for this depth from the table, or prepares one. */
static int prepare_call(Table *table, Cursor *cursor, int depth) {
	USE_API(table->api);
	const Declaration *declaration = table->declaration;
	cursor->depth = depth;
	cursor->call = table->idle[depth];
	table->idle[depth] = 0;
	if (cursor->call) {
		return SQLITE_OK;
	}
	sqlite3_str *sql = sqlite3_str_new(declaration->connection->db);
	sqlite3_str_appendf(sql, "SELECT zova_call_%d(?1", depth);
	for (int parameter = 2; parameter < FIRST_ARGUMENT_PARAMETER + declaration->arguments; parameter++) {
		sqlite3_str_appendf(sql, ",?%d", parameter);
	}
	sqlite3_str_appendf(sql, ")");
	char *text = sqlite3_str_finish(sql);
	if (!text) {
		return SQLITE_NOMEM;
	}
	int rc = sqlite3_prepare_v3(declaration->connection->db, text, -1, SQLITE_PREPARE_PERSISTENT, &cursor->call, 0);
	sqlite3_free(text);
	return rc;
}

static int bind_call(Cursor *cursor, int plan, int argc, sqlite3_value **argv) {
	USE_API(cursor->api);
	const Declaration *declaration = ((Table *)cursor->base.pVtab)->declaration;
	int given = plan & ((1 << declaration->arguments) - 1);
	int limited = plan & 1 << declaration->arguments;
	int read = plan & 2 << declaration->arguments;
	sqlite3_int64 limit = -1;
	int next = 0;
	int rc = sqlite3_bind_blob(cursor->call, 1, declaration->connection->key, KEY_BYTES, SQLITE_STATIC);
	if (rc == SQLITE_OK) {
		rc = sqlite3_bind_int64(cursor->call, 2, declaration->id);
	}
	if (rc == SQLITE_OK) {
		rc = sqlite3_bind_int64(cursor->call, 3, given);
	}
	for (int argument = 0; rc == SQLITE_OK && argument < declaration->arguments; argument++) {
		if (!(given & 1 << argument)) {
			continue;
		}
		if (next >= argc) {
			return SQLITE_INTERNAL;
		}
		if (read) {
			cursor->arguments[argument] = sqlite3_value_dup(argv[next]);
			if (!cursor->arguments[argument]) {
				return SQLITE_NOMEM;
			}
		}
		rc = sqlite3_bind_value(cursor->call, FIRST_ARGUMENT_PARAMETER + argument, argv[next++]);
	}
	if (limited && next < argc && sqlite3_value_type(argv[next]) == SQLITE_INTEGER) {
		limit = sqlite3_value_int64(argv[next]);
	}
	return rc == SQLITE_OK ? sqlite3_bind_int64(cursor->call, 4, limit < 0 ? -1 : limit) : rc;
}

/*
 * What the query's caller gets for an error of the call. An ordinary error must not arrive as SQLITE_ERROR: drivers take that for a
 * broken statement and throw it away.
 */
static int failed_call(Cursor *cursor, int rc) {
	USE_API(cursor->api);
	Table *table = (Table *)cursor->base.pVtab;
	int primary = rc & 0xff;
	if (primary != SQLITE_NOMEM) {
		SET_ERROR(&table->base, "%s", sqlite3_errmsg(table->declaration->connection->db));
	}
	end_call(cursor);
	return primary == SQLITE_NOMEM || primary == SQLITE_INTERRUPT || primary == SQLITE_TOOBIG ? primary : SQLITE_CONSTRAINT_VTAB;
}

static int table_filter(sqlite3_vtab_cursor *base, int plan, const char *unused, int argc, sqlite3_value **argv) {
	Cursor *cursor = (Cursor *)base;
	USE_API(cursor->api);
	Table *table = (Table *)base->pVtab;
	const Declaration *declaration = table->declaration;
	Connection *connection = declaration->connection;
	(void)unused;
	end_call(cursor);
	forget_arguments(cursor);
	if (connection->depth >= MAX_DEPTH) {
		SET_ERROR(&table->base, "%s: table functions call each other at most %d deep", declaration->name, MAX_DEPTH);
		return SQLITE_CONSTRAINT_VTAB;
	}
	int rc = prepare_call(table, cursor, connection->depth);
	if (rc == SQLITE_OK) {
		rc = bind_call(cursor, plan, argc, argv);
	}
	if (rc != SQLITE_OK) {
		return failed_call(cursor, rc);
	}
	connection->depth++;
	rc = sqlite3_step(cursor->call);
	connection->depth--;
	if (rc != SQLITE_ROW) {
		return failed_call(cursor, rc);
	}
	if (sqlite3_column_type(cursor->call, 0) != SQLITE_BLOB) {
		return malformed(cursor);
	}
	const byte *rows = sqlite3_column_blob(cursor->call, 0);
	int bytes = sqlite3_column_bytes(cursor->call, 0);
	if (!rows || bytes < HEADER_BYTES || rows[0] != 'Z' || rows[1] != 'P' || rows[2] != 'R' || rows[3] != '1'
			|| read_u32(rows + 4) != (unsigned int)declaration->columns) {
		return malformed(cursor);
	}
	cursor->at = rows + HEADER_BYTES;
	cursor->end = rows + bytes;
	cursor->rows_left = read_u32(rows + 8);
	cursor->row = 0;
	return table_next(base);
}

static int table_eof(sqlite3_vtab_cursor *base) {
	return !((Cursor *)base)->on_row;
}

static int table_column(sqlite3_vtab_cursor *base, sqlite3_context *context, int column) {
	Cursor *cursor = (Cursor *)base;
	USE_API(cursor->api);
	const Declaration *declaration = ((Table *)base->pVtab)->declaration;
	int argument = column - declaration->columns;
	if (column >= 0 && argument < 0 && cursor->on_row) {
		result_packed(sqlite3_api, context, cursor->values[column]);
	}
	else if (argument >= 0 && argument < declaration->arguments && cursor->arguments[argument]) {
		sqlite3_result_value(context, cursor->arguments[argument]);
	}
	return SQLITE_OK;
}

static int table_rowid(sqlite3_vtab_cursor *base, sqlite3_int64 *rowid) {
	*rowid = ((Cursor *)base)->row;
	return SQLITE_OK;
}

static const sqlite3_module TABLE_FUNCTION = {
	.iVersion = 0,
	.xConnect = table_connect,
	.xBestIndex = table_best_index,
	.xDisconnect = table_disconnect,
	.xOpen = table_open,
	.xClose = table_close,
	.xFilter = table_filter,
	.xNext = table_next,
	.xEof = table_eof,
	.xColumn = table_column,
	.xRowid = table_rowid,
};

/* ---- internal tables ---- */

/* An internal table has columns, and after them hidden ones for its arguments; the first argument holds the key. */
typedef struct Internal {
	const char *name;
	const char *schema;
	int columns;
	int arguments;
	int required;
	sqlite3_int64 estimated_rows;
} Internal;

typedef struct InternalTable {
	sqlite3_vtab base;
	Connection *connection;
	const Internal *internal;
} InternalTable;

static int internal_connect(sqlite3 *db, Connection *connection, const Internal *internal, sqlite3_vtab **result) {
	USE_API(connection->api);
	int rc = sqlite3_declare_vtab(db, internal->schema);
	if (rc != SQLITE_OK) {
		return rc;
	}
	sqlite3_vtab_config(db, SQLITE_VTAB_DIRECTONLY);
	InternalTable *table = allocate(sqlite3_api, sizeof(InternalTable));
	if (!table) {
		return SQLITE_NOMEM;
	}
	table->connection = connection;
	table->internal = internal;
	*result = &table->base;
	return SQLITE_OK;
}

static int internal_disconnect(sqlite3_vtab *vtab) {
	USE_API(((InternalTable *)vtab)->connection->api);
	sqlite3_free(vtab);
	return SQLITE_OK;
}

/* Not SQLITE_ERROR: drivers take that for a broken statement. */
static int refuse(sqlite3_vtab *vtab) {
	const InternalTable *table = (const InternalTable *)vtab;
	USE_API(table->connection->api);
	SET_ERROR(vtab, "%s is internal", table->internal->name);
	return SQLITE_AUTH;
}

/* The arguments given, which must be compared by =, go to the filter in their order; the plan's number is their set. */
static int internal_best_index(sqlite3_vtab *vtab, sqlite3_index_info *info) {
	const Internal *internal = ((InternalTable *)vtab)->internal;
	int position[MAX_ARGUMENTS];
	int given = 0;
	for (int i = 0; i < info->nConstraint; i++) {
		int argument = info->aConstraint[i].iColumn - internal->columns;
		if (argument >= 0 && argument < internal->arguments) {
			if (info->aConstraint[i].op != SQLITE_INDEX_CONSTRAINT_EQ || !info->aConstraint[i].usable || (given & 1 << argument)) {
				return SQLITE_CONSTRAINT;
			}
			given |= 1 << argument;
			position[argument] = i;
		}
	}
	if ((given & internal->required) != internal->required) {
		return refuse(vtab);
	}
	int parameters = 0;
	for (int argument = 0; argument < internal->arguments; argument++) {
		if (given & 1 << argument) {
			info->aConstraintUsage[position[argument]].argvIndex = ++parameters;
			info->aConstraintUsage[position[argument]].omit = 1;
		}
	}
	info->idxNum = given;
	info->estimatedRows = internal->estimated_rows;
	info->estimatedCost = (double)internal->estimated_rows;
	return SQLITE_OK;
}

/* ---- zova_declare, zova_connection and zova_log: tables of one row ---- */

typedef struct OneRowCursor {
	sqlite3_vtab_cursor base;
	int on_row;
	int value;
} OneRowCursor;

static int one_row_open(sqlite3_vtab *vtab, sqlite3_vtab_cursor **result) {
	OneRowCursor *cursor = allocate(((InternalTable *)vtab)->connection->api, sizeof(OneRowCursor));
	if (!cursor) {
		return SQLITE_NOMEM;
	}
	*result = &cursor->base;
	return SQLITE_OK;
}

static int one_row_close(sqlite3_vtab_cursor *base) {
	USE_API(((InternalTable *)base->pVtab)->connection->api);
	sqlite3_free(base);
	return SQLITE_OK;
}

static int one_row_next(sqlite3_vtab_cursor *base) {
	((OneRowCursor *)base)->on_row = 0;
	return SQLITE_OK;
}

static int one_row_eof(sqlite3_vtab_cursor *base) {
	return !((OneRowCursor *)base)->on_row;
}

static int one_row_rowid(sqlite3_vtab_cursor *base, sqlite3_int64 *rowid) {
	(void)base;
	*rowid = 1;
	return SQLITE_OK;
}

#define DECLARE_ARGUMENTS 12

static const Internal DECLARE_TABLE = {
	.name = "zova_declare",
	.schema = "CREATE TABLE x(declared, key HIDDEN, id HIDDEN, name HIDDEN, schema HIDDEN, columns HIDDEN, arguments HIDDEN,"
			  " required HIDDEN, exactly_one_of HIDDEN, at_least_one_of HIDDEN, ordered_by HIDDEN, flags HIDDEN, estimated_rows HIDDEN)",
	.columns = 1,
	.arguments = DECLARE_ARGUMENTS,
	.required = 1,
	.estimated_rows = 1,
};

static int declare_connect(sqlite3 *db, void *client_data, int argc, const char *const *argv, sqlite3_vtab **result, char **error) {
	(void)argc;
	(void)argv;
	(void)error;
	return internal_connect(db, client_data, &DECLARE_TABLE, result);
}

/* A whole number from low to high; anything else clears ok. */
static sqlite3_int64 number(const sqlite3_api_routines *api, sqlite3_value *value, sqlite3_int64 low, sqlite3_int64 high, int *ok) {
	USE_API(api);
	sqlite3_int64 given = sqlite3_value_type(value) == SQLITE_INTEGER ? sqlite3_value_int64(value) : low - 1;
	if (given < low || given > high) {
		*ok = 0;
		return low;
	}
	return given;
}

static char *text(const sqlite3_api_routines *api, sqlite3_value *value, int *ok) {
	USE_API(api);
	if (sqlite3_value_type(value) != SQLITE_TEXT) {
		*ok = 0;
		return 0;
	}
	char *copy = sqlite3_mprintf("%s", sqlite3_value_text(value));
	*ok = *ok && copy;
	return copy;
}

/* The first call of all: whoever makes it says what the key is. */
static int set_key(sqlite3_vtab_cursor *base, int argc, sqlite3_value *key) {
	Connection *connection = ((InternalTable *)base->pVtab)->connection;
	USE_API(connection->api);
	if (argc != 1 || sqlite3_value_type(key) != SQLITE_BLOB || sqlite3_value_bytes(key) != KEY_BYTES) {
		return refuse(base->pVtab);
	}
	const byte *given = sqlite3_value_blob(key);
	for (int i = 0; i < KEY_BYTES; i++) {
		connection->key[i] = given[i];
	}
	connection->has_key = 1;
	((OneRowCursor *)base)->on_row = 1;
	return SQLITE_OK;
}

/*
 * Declares a table function: after the key, its id in calls, its name, its schema (CREATE TABLE x(...) with the columns first and the
 * arguments after them, HIDDEN), the numbers of both, the sets of arguments that are required, of which exactly one and of which at
 * least one must be given, the column by which rows come in ascending order or -1, the flags, and how many rows to expect.
 */
static int declare_filter(sqlite3_vtab_cursor *base, int plan, const char *unused, int argc, sqlite3_value **argv) {
	Connection *connection = ((InternalTable *)base->pVtab)->connection;
	USE_API(connection->api);
	(void)plan;
	(void)unused;
	((OneRowCursor *)base)->on_row = 0;
	if (!connection->has_key && argc > 0) {
		return set_key(base, argc, argv[0]);
	}
	if (argc < 1 || !is_key(connection, argv[0]) || connection->closed_for_declarations) {
		return refuse(base->pVtab);
	}
	if (argc == 1) {
		connection->closed_for_declarations = 1;
		((OneRowCursor *)base)->on_row = 1;
		return SQLITE_OK;
	}
	if (argc != DECLARE_ARGUMENTS) {
		return SQLITE_INTERNAL;
	}
	argv++;
	Declaration *declaration = allocate(sqlite3_api, sizeof(Declaration));
	if (!declaration) {
		return SQLITE_NOMEM;
	}
	int ok = 1;
	declaration->connection = connection;
	connection->references++;
	declaration->id = number(sqlite3_api, argv[0], 0, 0x7fffffff, &ok);
	declaration->name = text(sqlite3_api, argv[1], &ok);
	declaration->schema = text(sqlite3_api, argv[2], &ok);
	declaration->columns = (int)number(sqlite3_api, argv[3], 1, MAX_COLUMNS, &ok);
	declaration->arguments = (int)number(sqlite3_api, argv[4], 0, MAX_ARGUMENTS, &ok);
	sqlite3_int64 all = (1 << declaration->arguments) - 1;
	declaration->required = (int)number(sqlite3_api, argv[5], 0, all, &ok);
	declaration->exactly_one_of = (int)number(sqlite3_api, argv[6], 0, all, &ok);
	declaration->at_least_one_of = (int)number(sqlite3_api, argv[7], 0, all, &ok);
	declaration->ordered_by = (int)number(sqlite3_api, argv[8], -1, declaration->columns - 1, &ok);
	/* -1 is SQLite's number of the rowid, which is not the order meant. */
	declaration->ordered_by = declaration->ordered_by < 0 ? -2 : declaration->ordered_by;
	declaration->flags = (int)number(sqlite3_api, argv[9], 0, ALL_FLAGS, &ok);
	declaration->estimated_rows = number(sqlite3_api, argv[10], 1, 1000000000, &ok);
	if (!ok) {
		SET_ERROR(base->pVtab, "%s: not a valid declaration of a table function",
				declaration->name ? declaration->name : "zova_declare");
		free_declaration(declaration);
		return SQLITE_CONSTRAINT_VTAB;
	}
	/* Frees the declaration itself if it fails. */
	int rc = sqlite3_create_module_v2(connection->db, declaration->name, &TABLE_FUNCTION, declaration, free_declaration);
	((OneRowCursor *)base)->on_row = rc == SQLITE_OK;
	return rc;
}

static int declare_column(sqlite3_vtab_cursor *base, sqlite3_context *context, int column) {
	USE_API(((InternalTable *)base->pVtab)->connection->api);
	if (column == 0) {
		sqlite3_result_int(context, 1);
	}
	return SQLITE_OK;
}

static const sqlite3_module DECLARE = {
	.iVersion = 0,
	.xConnect = declare_connect,
	.xBestIndex = internal_best_index,
	.xDisconnect = internal_disconnect,
	.xOpen = one_row_open,
	.xClose = one_row_close,
	.xFilter = declare_filter,
	.xNext = one_row_next,
	.xEof = one_row_eof,
	.xColumn = declare_column,
	.xRowid = one_row_rowid,
};

enum { STATE_FOREIGN_KEYS, STATE_FILE, STATE_LOG, STATE_WRITTEN, STATE_COLUMNS };

static const Internal STATE_TABLE = {
	.name = "zova_connection",
	.schema = "CREATE TABLE x(foreign_keys INTEGER, file_state BLOB, log_state BLOB, written INTEGER, key HIDDEN, enforce HIDDEN)",
	.columns = STATE_COLUMNS,
	.arguments = 2,
	.required = 1,
	.estimated_rows = 1,
};

static int state_connect(sqlite3 *db, void *client_data, int argc, const char *const *argv, sqlite3_vtab **result, char **error) {
	(void)argc;
	(void)argv;
	(void)error;
	return internal_connect(db, client_data, &STATE_TABLE, result);
}

/* Of the header of an SQLite file: the version of the format for reading, and the change counter. */
#define FILE_HEADER_BYTES 28
#define FILE_READ_VERSION 19
#define FILE_CHANGE_COUNTER 24
#define CHANGE_COUNTER_BYTES 4

/* Of the index of the write-ahead log: its first region begins with two copies of the header. */
#define LOG_REGION_BYTES 32768
#define LOG_HEADER_BYTES 48
#define LOG_HEADER_READY 12
#define LOG_HEADER_ATTEMPTS 100

static int state_filter(sqlite3_vtab_cursor *base, int plan, const char *unused, int argc, sqlite3_value **argv) {
	Connection *connection = ((InternalTable *)base->pVtab)->connection;
	OneRowCursor *cursor = (OneRowCursor *)base;
	USE_API(connection->api);
	(void)plan;
	(void)unused;
	cursor->on_row = 0;
	if (argc < 1 || !is_key(connection, argv[0])) {
		return refuse(base->pVtab);
	}
	sqlite3_db_config(connection->db, SQLITE_DBCONFIG_ENABLE_FKEY, -1, &cursor->value);
	if (argc > 1) {
		int ok = 1;
		int enforce = (int)number(sqlite3_api, argv[1], 0, 1, &ok);
		if (!ok) {
			SET_ERROR(base->pVtab, "zova_connection: enforce is 0 or 1");
			return SQLITE_ERROR;
		}
		sqlite3_db_config(connection->db, SQLITE_DBCONFIG_ENABLE_FKEY, enforce, (int *)0);
	}
	cursor->on_row = 1;
	return SQLITE_OK;
}

/*
 * The header is read twice, second copy last: whoever changes it writes the second copy first. As long as the copies differ, somebody
 * is between the two.
 */
static int read_log_header(sqlite3_file *file, byte *header) {
	const sqlite3_io_methods *methods = file->pMethods;
	void volatile *region = 0;
	if (methods->iVersion < 2 || !methods->xShmMap || methods->xShmMap(file, 0, LOG_REGION_BYTES, 0, &region) != SQLITE_OK || !region) {
		return 0;
	}
	const volatile byte *copies = region;
	for (int attempt = 0; attempt < LOG_HEADER_ATTEMPTS; attempt++) {
		int same = 1;
		for (int i = 0; i < LOG_HEADER_BYTES; i++) {
			header[i] = copies[i];
		}
		methods->xShmBarrier(file);
		for (int i = 0; i < LOG_HEADER_BYTES; i++) {
			same &= header[i] == copies[LOG_HEADER_BYTES + i];
		}
		if (same) {
			return header[LOG_HEADER_READY] != 0;
		}
	}
	return 0;
}

static void result_file_state(Connection *connection, sqlite3_context *context, int log) {
	USE_API(connection->api);
	sqlite3_file *file = 0;
	byte header[FILE_HEADER_BYTES];
	byte log_header[LOG_HEADER_BYTES];
	if (sqlite3_file_control(connection->db, "main", SQLITE_FCNTL_FILE_POINTER, &file) != SQLITE_OK || !file || !file->pMethods
			|| file->pMethods->xRead(file, header, FILE_HEADER_BYTES, 0) != SQLITE_OK || log != (header[FILE_READ_VERSION] == 2)) {
		return;
	}
	if (!log) {
		sqlite3_result_blob(context, header + FILE_CHANGE_COUNTER, CHANGE_COUNTER_BYTES, SQLITE_TRANSIENT);
	}
	else if (read_log_header(file, log_header)) {
		sqlite3_result_blob(context, log_header, LOG_HEADER_BYTES, SQLITE_TRANSIENT);
	}
}

static int state_column(sqlite3_vtab_cursor *base, sqlite3_context *context, int column) {
	Connection *connection = ((InternalTable *)base->pVtab)->connection;
	USE_API(connection->api);
	switch (column) {
		case STATE_FOREIGN_KEYS:
			sqlite3_result_int(context, ((OneRowCursor *)base)->value);
			break;
		case STATE_FILE:
		case STATE_LOG:
			result_file_state(connection, context, column == STATE_LOG);
			break;
		case STATE_WRITTEN: {
			int written = 0;
			int highest = 0;
			if (sqlite3_db_status(connection->db, SQLITE_DBSTATUS_CACHE_WRITE, &written, &highest, 0) == SQLITE_OK) {
				sqlite3_result_int(context, written);
			}
			break;
		}
		default:
			break;
	}
	return SQLITE_OK;
}

static const sqlite3_module STATE = {
	.iVersion = 0,
	.xConnect = state_connect,
	.xBestIndex = internal_best_index,
	.xDisconnect = internal_disconnect,
	.xOpen = one_row_open,
	.xClose = one_row_close,
	.xFilter = state_filter,
	.xNext = one_row_next,
	.xEof = one_row_eof,
	.xColumn = state_column,
	.xRowid = one_row_rowid,
};

enum { LOG_KEY, LOG_SCHEMA, LOG_SYNC, LOG_ARGUMENTS };

static const Internal LOG_TABLE = {
	.name = "zova_log",
	.schema = "CREATE TABLE x(shared INTEGER, key HIDDEN, schema HIDDEN, sync HIDDEN)",
	.columns = 1,
	.arguments = LOG_ARGUMENTS,
	.required = 1 << LOG_KEY | 1 << LOG_SCHEMA,
	.estimated_rows = 1,
};

static int log_connect(sqlite3 *db, void *client_data, int argc, const char *const *argv, sqlite3_vtab **result, char **error) {
	(void)argc;
	(void)argv;
	(void)error;
	return internal_connect(db, client_data, &LOG_TABLE, result);
}

/* A log begins with 0x377f0682 or 0x377f0683, which no rollback journal does. The pager gives either of them, and keeps a log for good. */
#define LOG_MAGIC_BYTES 4

/* What a write does to its neighbours, SQLite asks the file and not its log. */
static int may_be_synced_by_others(Connection *connection, const char *schema, sqlite3_file *log) {
	USE_API(connection->api);
	byte magic[LOG_MAGIC_BYTES];
	sqlite3_file *file = 0;
	return log->pMethods->xRead(log, magic, LOG_MAGIC_BYTES, 0) == SQLITE_OK && magic[0] == 0x37 && magic[1] == 0x7f && magic[2] == 0x06
			&& (magic[3] & 0xfe) == 0x82
			&& sqlite3_file_control(connection->db, schema, SQLITE_FCNTL_FILE_POINTER, &file) == SQLITE_OK && file && file->pMethods
			&& file->pMethods->xDeviceCharacteristics(file) & SQLITE_IOCAP_POWERSAFE_OVERWRITE;
}

static int log_filter(sqlite3_vtab_cursor *base, int plan, const char *unused, int argc, sqlite3_value **argv) {
	Connection *connection = ((InternalTable *)base->pVtab)->connection;
	OneRowCursor *cursor = (OneRowCursor *)base;
	USE_API(connection->api);
	(void)plan;
	(void)unused;
	cursor->on_row = 0;
	if (argc < LOG_SYNC || !is_key(connection, argv[LOG_KEY])) {
		return refuse(base->pVtab);
	}
	const char *schema = (const char *)sqlite3_value_text(argv[LOG_SCHEMA]);
	sqlite3_file *log = 0;
	if (!schema || sqlite3_file_control(connection->db, schema, SQLITE_FCNTL_JOURNAL_POINTER, &log) != SQLITE_OK) {
		SET_ERROR(base->pVtab, "zova_log: no such schema");
		return SQLITE_CONSTRAINT_VTAB;
	}
	int open = log && log->pMethods;
	if (open && argc > LOG_SYNC && sqlite3_value_int(argv[LOG_SYNC])) {
		int rc = log->pMethods->xSync(log, SQLITE_SYNC_FULL);
		if (rc != SQLITE_OK) {
			SET_ERROR(base->pVtab, "the write-ahead log could not be synced");
			return rc;
		}
		cursor->value = 1;
	}
	else {
		cursor->value = open && may_be_synced_by_others(connection, schema, log);
	}
	cursor->on_row = 1;
	return SQLITE_OK;
}

static int log_column(sqlite3_vtab_cursor *base, sqlite3_context *context, int column) {
	USE_API(((InternalTable *)base->pVtab)->connection->api);
	if (column == 0) {
		sqlite3_result_int(context, ((OneRowCursor *)base)->value);
	}
	return SQLITE_OK;
}

static const sqlite3_module LOG = {
	.iVersion = 0,
	.xConnect = log_connect,
	.xBestIndex = internal_best_index,
	.xDisconnect = internal_disconnect,
	.xOpen = one_row_open,
	.xClose = one_row_close,
	.xFilter = log_filter,
	.xNext = one_row_next,
	.xEof = one_row_eof,
	.xColumn = log_column,
	.xRowid = one_row_rowid,
};

/* ---- zova_packed: many rows of a query in each row ---- */

#define PACKED_PARAMETERS 4
#define PACKED_FIRST_PARAMETER 3
#define MAX_PACKED_BYTES 1000000000

typedef struct PackedCursor {
	sqlite3_vtab_cursor base;
	sqlite3_stmt *query;
	/* The rows packed so far, header included; empty after the last. */
	byte *rows;
	u64 length;
	u64 capacity;
	u64 wanted;
	sqlite3_int64 row;
	int ended;
} PackedCursor;

/* The key, the query and the size are needed; of the parameters, any may be given. */
static const Internal PACKED_TABLE = {
	.name = "zova_packed",
	.schema = "CREATE TABLE x(rows BLOB, key HIDDEN, sql HIDDEN, bytes HIDDEN, p1 HIDDEN, p2 HIDDEN, p3 HIDDEN, p4 HIDDEN)",
	.columns = 1,
	.arguments = PACKED_FIRST_PARAMETER + PACKED_PARAMETERS,
	.required = 7,
	.estimated_rows = 1000,
};

static int packed_connect(sqlite3 *db, void *client_data, int argc, const char *const *argv, sqlite3_vtab **result, char **error) {
	(void)argc;
	(void)argv;
	(void)error;
	return internal_connect(db, client_data, &PACKED_TABLE, result);
}

static int packed_open(sqlite3_vtab *vtab, sqlite3_vtab_cursor **result) {
	PackedCursor *cursor = allocate(((InternalTable *)vtab)->connection->api, sizeof(PackedCursor));
	if (!cursor) {
		return SQLITE_NOMEM;
	}
	*result = &cursor->base;
	return SQLITE_OK;
}

static void end_query(PackedCursor *cursor) {
	USE_API(((InternalTable *)cursor->base.pVtab)->connection->api);
	sqlite3_finalize(cursor->query);
	cursor->query = 0;
	cursor->length = 0;
	cursor->ended = 1;
}

static int packed_close(sqlite3_vtab_cursor *base) {
	PackedCursor *cursor = (PackedCursor *)base;
	USE_API(((InternalTable *)base->pVtab)->connection->api);
	end_query(cursor);
	sqlite3_free(cursor->rows);
	sqlite3_free(cursor);
	return SQLITE_OK;
}

/* Ends the query because of its error, which becomes the one of the outer query. */
static int failed_query(PackedCursor *cursor, int rc) {
	Connection *connection = ((InternalTable *)cursor->base.pVtab)->connection;
	USE_API(connection->api);
	int primary = rc & 0xff;
	if (primary != SQLITE_NOMEM) {
		SET_ERROR(cursor->base.pVtab, "%s", sqlite3_errmsg(connection->db));
	}
	end_query(cursor);
	return primary == SQLITE_ERROR || primary == SQLITE_CONSTRAINT ? SQLITE_CONSTRAINT_VTAB : rc;
}

/* Room for so many bytes at the end, or null. */
static byte *packed_room(PackedCursor *cursor, u64 bytes) {
	USE_API(((InternalTable *)cursor->base.pVtab)->connection->api);
	if (bytes > cursor->capacity - cursor->length) {
		u64 capacity = cursor->capacity + cursor->capacity / 2 + bytes;
		byte *grown = capacity > MAX_PACKED_BYTES ? 0 : sqlite3_realloc64(cursor->rows, capacity);
		if (!grown) {
			return 0;
		}
		cursor->rows = grown;
		cursor->capacity = capacity;
	}
	byte *at = cursor->rows + cursor->length;
	cursor->length += bytes;
	return at;
}

static void write_u32(byte *at, unsigned int value) {
	for (int i = 0; i < 4; i++) {
		at[i] = (byte)(value >> 8 * i);
	}
}

static int pack_number(PackedCursor *cursor, byte tag, u64 bits) {
	byte *at = packed_room(cursor, 9);
	if (!at) {
		return SQLITE_NOMEM;
	}
	*at = tag;
	write_u32(at + 1, (unsigned int)bits);
	write_u32(at + 5, (unsigned int)(bits >> 32));
	return SQLITE_OK;
}

static int pack_sized(PackedCursor *cursor, byte tag, const byte *content, int length) {
	byte *at = content || length == 0 ? packed_room(cursor, 5 + (u64)length) : 0;
	if (!at) {
		return SQLITE_NOMEM;
	}
	*at = tag;
	write_u32(at + 1, (unsigned int)length);
	at += 5;
	for (int i = 0; i < length; i++) {
		at[i] = content[i];
	}
	return SQLITE_OK;
}

static int pack_column(PackedCursor *cursor, int column) {
	USE_API(((InternalTable *)cursor->base.pVtab)->connection->api);
	switch (sqlite3_column_type(cursor->query, column)) {
		case SQLITE_INTEGER:
			return pack_number(cursor, TAG_INTEGER, (u64)sqlite3_column_int64(cursor->query, column));
		case SQLITE_FLOAT: {
			union {
				u64 bits;
				double number;
			} real;
			real.number = sqlite3_column_double(cursor->query, column);
			return pack_number(cursor, TAG_REAL, real.bits);
		}
		case SQLITE_TEXT: {
			const byte *content = sqlite3_column_text(cursor->query, column);
			return content ? pack_sized(cursor, TAG_TEXT, content, sqlite3_column_bytes(cursor->query, column)) : SQLITE_NOMEM;
		}
		case SQLITE_BLOB: {
			const byte *content = sqlite3_column_blob(cursor->query, column);
			return pack_sized(cursor, TAG_BLOB, content, sqlite3_column_bytes(cursor->query, column));
		}
		default: {
			byte *at = packed_room(cursor, 1);
			if (at) {
				*at = TAG_NULL;
			}
			return at ? SQLITE_OK : SQLITE_NOMEM;
		}
	}
}

/* Packs the next rows, as many as it takes. */
static int pack_rows(PackedCursor *cursor, unsigned int *rows) {
	USE_API(((InternalTable *)cursor->base.pVtab)->connection->api);
	int columns = sqlite3_column_count(cursor->query);
	while (cursor->length < cursor->wanted) {
		int rc = sqlite3_step(cursor->query);
		if (rc == SQLITE_DONE) {
			cursor->ended = 1;
			break;
		}
		if (rc != SQLITE_ROW) {
			return rc;
		}
		for (int column = 0; column < columns; column++) {
			rc = pack_column(cursor, column);
			if (rc != SQLITE_OK) {
				return rc;
			}
		}
		++*rows;
	}
	return SQLITE_OK;
}

static int packed_next(sqlite3_vtab_cursor *base) {
	PackedCursor *cursor = (PackedCursor *)base;
	Connection *connection = ((InternalTable *)base->pVtab)->connection;
	USE_API(connection->api);
	unsigned int rows = 0;
	cursor->length = 0;
	cursor->row++;
	if (cursor->ended) {
		return SQLITE_OK;
	}
	if (!packed_room(cursor, HEADER_BYTES)) {
		return failed_query(cursor, SQLITE_NOMEM);
	}
	int columns = sqlite3_column_count(cursor->query);
	connection->packed_depth++;
	int rc = pack_rows(cursor, &rows);
	connection->packed_depth--;
	if (rc != SQLITE_OK) {
		return failed_query(cursor, rc);
	}
	if (rows == 0) {
		end_query(cursor);
		return SQLITE_OK;
	}
	cursor->rows[0] = 'Z';
	cursor->rows[1] = 'P';
	cursor->rows[2] = 'R';
	cursor->rows[3] = '1';
	write_u32(cursor->rows + 4, (unsigned int)columns);
	write_u32(cursor->rows + 8, rows);
	return SQLITE_OK;
}

static int packed_filter(sqlite3_vtab_cursor *base, int given, const char *unused, int argc, sqlite3_value **argv) {
	PackedCursor *cursor = (PackedCursor *)base;
	Connection *connection = ((InternalTable *)base->pVtab)->connection;
	USE_API(connection->api);
	(void)unused;
	end_query(cursor);
	if (argc < PACKED_FIRST_PARAMETER || !is_key(connection, argv[0])) {
		return refuse(base->pVtab);
	}
	if (connection->packed_depth >= MAX_DEPTH) {
		SET_ERROR(base->pVtab, "zova_packed: packed queries contain each other at most %d deep", MAX_DEPTH);
		return SQLITE_CONSTRAINT_VTAB;
	}
	if (sqlite3_value_type(argv[1]) != SQLITE_TEXT || sqlite3_value_type(argv[2]) != SQLITE_INTEGER) {
		SET_ERROR(base->pVtab, "zova_packed: a query and a number of bytes are needed");
		return SQLITE_CONSTRAINT_VTAB;
	}
	sqlite3_int64 wanted = sqlite3_value_int64(argv[2]);
	cursor->wanted = wanted < HEADER_BYTES + 1 ? HEADER_BYTES + 1 : wanted > MAX_PACKED_BYTES ? MAX_PACKED_BYTES : (u64)wanted;
	cursor->row = 0;
	int rc = sqlite3_prepare_v2(connection->db, (const char *)sqlite3_value_text(argv[1]), -1, &cursor->query, 0);
	if (rc != SQLITE_OK) {
		return failed_query(cursor, rc);
	}
	if (!cursor->query || !sqlite3_stmt_readonly(cursor->query) || sqlite3_column_count(cursor->query) == 0) {
		SET_ERROR(base->pVtab, "zova_packed: only a query that reads can be packed");
		end_query(cursor);
		return SQLITE_CONSTRAINT_VTAB;
	}
	int next = PACKED_FIRST_PARAMETER;
	for (int parameter = 0; parameter < PACKED_PARAMETERS; parameter++) {
		if (given & 1 << (PACKED_FIRST_PARAMETER + parameter) && next < argc) {
			rc = sqlite3_bind_value(cursor->query, parameter + 1, argv[next++]);
			if (rc != SQLITE_OK) {
				return failed_query(cursor, rc);
			}
		}
	}
	cursor->ended = 0;
	return packed_next(base);
}

static int packed_eof(sqlite3_vtab_cursor *base) {
	return ((PackedCursor *)base)->length == 0;
}

static int packed_column(sqlite3_vtab_cursor *base, sqlite3_context *context, int column) {
	PackedCursor *cursor = (PackedCursor *)base;
	USE_API(((InternalTable *)base->pVtab)->connection->api);
	if (column == 0) {
		sqlite3_result_blob64(context, cursor->rows, cursor->length, SQLITE_TRANSIENT);
	}
	return SQLITE_OK;
}

static int packed_rowid(sqlite3_vtab_cursor *base, sqlite3_int64 *rowid) {
	*rowid = ((PackedCursor *)base)->row;
	return SQLITE_OK;
}

static const sqlite3_module PACKED = {
	.iVersion = 0,
	.xConnect = packed_connect,
	.xBestIndex = internal_best_index,
	.xDisconnect = internal_disconnect,
	.xOpen = packed_open,
	.xClose = packed_close,
	.xFilter = packed_filter,
	.xNext = packed_next,
	.xEof = packed_eof,
	.xColumn = packed_column,
	.xRowid = packed_rowid,
};

/* ---- zova_unpacked: the rows that a BLOB holds ---- */

#define UNPACKED_COLUMNS 8

typedef struct UnpackedCursor {
	sqlite3_vtab_cursor base;
	/* A copy of its own: the argument's register may be used for something else before the last row is read. */
	sqlite3_value *rows;
	const byte *at;
	const byte *end;
	u64 rows_left;
	sqlite3_int64 row;
	int columns;
	int on_row;
	const byte *values[UNPACKED_COLUMNS];
} UnpackedCursor;

static const Internal UNPACKED_TABLE = {
	.name = "zova_unpacked",
	.schema = "CREATE TABLE x(c1, c2, c3, c4, c5, c6, c7, c8, rows HIDDEN)",
	.columns = UNPACKED_COLUMNS,
	.arguments = 1,
	.required = 1,
	.estimated_rows = 1000,
};

static int unpacked_connect(sqlite3 *db, void *client_data, int argc, const char *const *argv, sqlite3_vtab **result, char **error) {
	(void)argc;
	(void)argv;
	(void)error;
	return internal_connect(db, client_data, &UNPACKED_TABLE, result);
}

static int unpacked_open(sqlite3_vtab *vtab, sqlite3_vtab_cursor **result) {
	UnpackedCursor *cursor = allocate(((InternalTable *)vtab)->connection->api, sizeof(UnpackedCursor));
	if (!cursor) {
		return SQLITE_NOMEM;
	}
	*result = &cursor->base;
	return SQLITE_OK;
}

static void end_rows(UnpackedCursor *cursor) {
	USE_API(((InternalTable *)cursor->base.pVtab)->connection->api);
	sqlite3_value_free(cursor->rows);
	cursor->rows = 0;
	cursor->on_row = 0;
}

static int unpacked_close(sqlite3_vtab_cursor *base) {
	USE_API(((InternalTable *)base->pVtab)->connection->api);
	end_rows((UnpackedCursor *)base);
	sqlite3_free(base);
	return SQLITE_OK;
}

static int malformed_rows(UnpackedCursor *cursor) {
	USE_API(((InternalTable *)cursor->base.pVtab)->connection->api);
	end_rows(cursor);
	SET_ERROR(cursor->base.pVtab, "zova_unpacked: the packed rows are malformed");
	return SQLITE_CONSTRAINT_VTAB;
}

static int unpacked_next(sqlite3_vtab_cursor *base) {
	UnpackedCursor *cursor = (UnpackedCursor *)base;
	if (cursor->rows_left == 0) {
		if (cursor->at != cursor->end) {
			return malformed_rows(cursor);
		}
		end_rows(cursor);
		return SQLITE_OK;
	}
	for (int column = 0; column < cursor->columns; column++) {
		const byte *next = value_end(cursor->at, cursor->end);
		if (!next) {
			return malformed_rows(cursor);
		}
		cursor->values[column] = cursor->at;
		cursor->at = next;
	}
	cursor->rows_left--;
	cursor->row++;
	cursor->on_row = 1;
	return SQLITE_OK;
}

static int unpacked_filter(sqlite3_vtab_cursor *base, int plan, const char *unused, int argc, sqlite3_value **argv) {
	UnpackedCursor *cursor = (UnpackedCursor *)base;
	Connection *connection = ((InternalTable *)base->pVtab)->connection;
	USE_API(connection->api);
	(void)plan;
	(void)unused;
	end_rows(cursor);
	if (argc != 1 || !begins_with_key(connection, argv[0])) {
		return refuse(base->pVtab);
	}
	cursor->rows = sqlite3_value_dup(argv[0]);
	if (!cursor->rows) {
		return SQLITE_NOMEM;
	}
	const byte *packed = sqlite3_value_blob(cursor->rows);
	int bytes = sqlite3_value_bytes(cursor->rows) - KEY_BYTES;
	if (!packed) {
		return SQLITE_NOMEM;
	}
	const byte *rows = packed + KEY_BYTES;
	if (bytes < HEADER_BYTES || rows[0] != 'Z' || rows[1] != 'P' || rows[2] != 'R' || rows[3] != '1'
			|| read_u32(rows + 4) < 1 || read_u32(rows + 4) > UNPACKED_COLUMNS) {
		return malformed_rows(cursor);
	}
	cursor->columns = (int)read_u32(rows + 4);
	cursor->at = rows + HEADER_BYTES;
	cursor->end = rows + bytes;
	cursor->rows_left = read_u32(rows + 8);
	cursor->row = 0;
	return unpacked_next(base);
}

static int unpacked_eof(sqlite3_vtab_cursor *base) {
	return !((UnpackedCursor *)base)->on_row;
}

static int unpacked_column(sqlite3_vtab_cursor *base, sqlite3_context *context, int column) {
	UnpackedCursor *cursor = (UnpackedCursor *)base;
	USE_API(((InternalTable *)base->pVtab)->connection->api);
	if (cursor->on_row && column >= 0 && column < cursor->columns) {
		result_packed(sqlite3_api, context, cursor->values[column]);
	}
	return SQLITE_OK;
}

static int unpacked_rowid(sqlite3_vtab_cursor *base, sqlite3_int64 *rowid) {
	*rowid = ((UnpackedCursor *)base)->row;
	return SQLITE_OK;
}

static const sqlite3_module UNPACKED = {
	.iVersion = 0,
	.xConnect = unpacked_connect,
	.xBestIndex = internal_best_index,
	.xDisconnect = internal_disconnect,
	.xOpen = unpacked_open,
	.xClose = unpacked_close,
	.xFilter = unpacked_filter,
	.xNext = unpacked_next,
	.xEof = unpacked_eof,
	.xColumn = unpacked_column,
	.xRowid = unpacked_rowid,
};

/* ---- the file ---- */

/* Answers whether to roll back instead. */
static int commit_hook(void *client_data) {
	Connection *connection = client_data;
	USE_API(connection->api);
	int moved = 0;
	return sqlite3_txn_state(connection->db, "main") == SQLITE_TXN_WRITE
			&& sqlite3_file_control(connection->db, "main", SQLITE_FCNTL_HAS_MOVED, &moved) == SQLITE_OK && moved;
}

/* ---- entry point ---- */

#ifdef _WIN32
__declspec(dllexport)
#else
__attribute__((visibility("default")))
#endif
int zova_tables_init(sqlite3 *db, char **error, const sqlite3_api_routines *api) {
	USE_API(api);
	if (sqlite3_libversion_number() < 3038000) {
		*error = sqlite3_mprintf("table functions need SQLite 3.38 or later, this is %s", sqlite3_libversion());
		return SQLITE_ERROR;
	}
	Connection *connection = allocate(api, sizeof(Connection));
	if (!connection) {
		return SQLITE_NOMEM;
	}
	connection->api = api;
	connection->db = db;
	static const struct {
		const char *name;
		const sqlite3_module *module;
	} tables[] = {
		{ "zova_connection", &STATE },
		{ "zova_log", &LOG },
		{ "zova_packed", &PACKED },
		{ "zova_unpacked", &UNPACKED },
		{ "zova_declare", &DECLARE },
	};
	const int count = sizeof tables / sizeof *tables;
	connection->references = count;
	/* Each module releases the connection once, also when its registration fails. */
	int rc = SQLITE_OK;
	int registered = 0;
	while (registered < count && rc == SQLITE_OK) {
		rc = sqlite3_create_module_v2(db, tables[registered].name, tables[registered].module, connection, release_connection);
		registered++;
	}
	if (rc == SQLITE_OK) {
		sqlite3_commit_hook(db, commit_hook, connection);
	}
	for (int left = registered; left < count; left++) {
		release_connection(connection);
	}
	return rc;
}
