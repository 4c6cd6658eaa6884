/*
 * Records, in order, what a process does to the files of one folder and what it says on its standard output, so that
 * PowerTests can cut the power at any point of it. Preloaded into the process:
 *
 *   ZOVA_POWER_FOLDER  the folder
 *   ZOVA_POWER_LOG     where the records go
 *   ZOVA_POWER_DELAY   microseconds that each fsync takes; nothing is really synced
 *   ZOVA_POWER_FAIL    how many fsyncs of logs succeed; then the disk fails once, of which each open descriptor hears once, as on Linux
 *   ZOVA_POWER_LOSE    the end of the names of files whose fsyncs are lost: a defect to be found. A * stands for all
 *
 * A record is a kind, the file's inode, an offset, the thread, the length of what follows, and that: bytes or a name.
 * A write is recorded when it is done, an fsync both before and after it, so that all writes recorded before an fsync
 * begins are done by then, whichever threads or processes they are of.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#define DESCRIPTORS 4096

struct record {
	uint32_t kind;
	uint32_t thread;
	uint64_t inode;
	int64_t offset;
	uint64_t length;
};

static const char *folder;
static const char *lost;
static long delay;
static long until_failure;
static int output = -1;
/* The inode of each descriptor that leads into the folder, and whether its fsyncs are lost. */
static uint64_t inodes[DESCRIPTORS];
static char loses[DESCRIPTORS];
/* Whether it leads to a write-ahead log, and whether it has still to tell of a failure. */
static char logs[DESCRIPTORS];
static char owes[DESCRIPTORS];

__attribute__((constructor)) static void start(void) {
	const char *log = getenv("ZOVA_POWER_LOG");
	folder = getenv("ZOVA_POWER_FOLDER");
	lost = getenv("ZOVA_POWER_LOSE");
	delay = getenv("ZOVA_POWER_DELAY") ? atol(getenv("ZOVA_POWER_DELAY")) : 0;
	until_failure = getenv("ZOVA_POWER_FAIL") ? atol(getenv("ZOVA_POWER_FAIL")) : -1;
	if (log != NULL && folder != NULL) {
		output = syscall(SYS_openat, AT_FDCWD, log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	}
}

static void note(char kind, uint64_t inode, int64_t offset, const void *bytes, size_t length) {
	if (output < 0) return;
	int error = errno;
	struct record record = {(uint32_t) kind, (uint32_t) syscall(SYS_gettid), inode, offset, length};
	struct iovec parts[2] = {{&record, sizeof record}, {(void *) bytes, length}};
	if (syscall(SYS_writev, output, parts, length > 0 ? 2 : 1) != (ssize_t) (sizeof record + length)) abort();
	errno = error;
}

/* The name within the folder, or NULL for other files. */
static const char *name_in_folder(const char *path) {
	size_t length = folder ? strlen(folder) : 0;
	if (length == 0 || strncmp(path, folder, length) != 0 || (path[length] != '/' && path[length] != 0)) return NULL;
	return path[length] == '/' ? path + length + 1 : path + length;
}

static void note_name(char kind, uint64_t inode, const char *name) {
	note(kind, inode, 0, name, strlen(name));
}

static uint64_t inode_of(const char *path) {
	struct stat status;
	return syscall(SYS_newfstatat, AT_FDCWD, path, &status, 0) == 0 ? status.st_ino : 0;
}

static int loses_syncs(const char *name) {
	if (lost == NULL) return 0;
	size_t length = strlen(name), end = strlen(lost);
	return strcmp(lost, "*") == 0 || (length >= end && strcmp(name + length - end, lost) == 0);
}

static int opened(int descriptor, const char *path, int existed, int flags) {
	const char *name = name_in_folder(path);
	if (descriptor < 0 || descriptor >= DESCRIPTORS || name == NULL) return descriptor;
	uint64_t inode = inode_of(path);
	if (!existed) note_name('C', inode, name);
	else if (flags & O_TRUNC) note('T', inode, 0, NULL, 0);
	inodes[descriptor] = inode;
	loses[descriptor] = loses_syncs(name);
	owes[descriptor] = 0;
	logs[descriptor] = strlen(name) > 4 && strcmp(name + strlen(name) - 4, "-wal") == 0;
	return descriptor;
}

static int open_any(const char *path, int flags, mode_t mode) {
	int existed = name_in_folder(path) == NULL || inode_of(path) != 0;
	return opened(syscall(SYS_openat, AT_FDCWD, path, flags, mode), path, existed, flags);
}

#define OPEN(name, ...) \
	int name(__VA_ARGS__, int flags, ...) { \
		va_list arguments; \
		va_start(arguments, flags); \
		mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(arguments, mode_t) : 0; \
		va_end(arguments); \
		OPENING; \
	}
#define OPENING return open_any(path, flags, mode)
OPEN(open, const char *path)
OPEN(open64, const char *path)
#undef OPENING
#define OPENING \
	if (at == AT_FDCWD || path[0] == '/') return open_any(path, flags, mode); \
	return syscall(SYS_openat, at, path, flags, mode)
OPEN(openat, int at, const char *path)
OPEN(openat64, int at, const char *path)

static uint64_t tracked(int descriptor) {
	return descriptor >= 0 && descriptor < DESCRIPTORS ? inodes[descriptor] : 0;
}

int close(int descriptor) {
	if (descriptor >= 0 && descriptor < DESCRIPTORS) inodes[descriptor] = 0;
	return syscall(SYS_close, descriptor);
}

static ssize_t written(int descriptor, const void *bytes, ssize_t done, int64_t offset) {
	if (done > 0 && tracked(descriptor)) note('W', tracked(descriptor), offset, bytes, done);
	return done;
}

ssize_t pwrite64(int descriptor, const void *bytes, size_t length, off_t offset) {
	return written(descriptor, bytes, syscall(SYS_pwrite64, descriptor, bytes, length, offset), offset);
}

ssize_t pwrite(int descriptor, const void *bytes, size_t length, off_t offset) {
	return pwrite64(descriptor, bytes, length, offset);
}

ssize_t write(int descriptor, const void *bytes, size_t length) {
	/* What is said is recorded before anybody hears it. */
	if (descriptor == STDOUT_FILENO) note('A', 0, 0, bytes, length);
	off_t offset = tracked(descriptor) ? lseek(descriptor, 0, SEEK_CUR) : 0;
	return written(descriptor, bytes, syscall(SYS_write, descriptor, bytes, length), offset);
}

int ftruncate64(int descriptor, off_t length) {
	int result = syscall(SYS_ftruncate, descriptor, length);
	if (result == 0 && tracked(descriptor)) note('T', tracked(descriptor), length, NULL, 0);
	return result;
}

int ftruncate(int descriptor, off_t length) {
	return ftruncate64(descriptor, length);
}

int fsync(int descriptor) {
	uint64_t inode = tracked(descriptor);
	if (inode == 0) return syscall(SYS_fsync, descriptor);
	if (loses[descriptor]) return 0;
	if (logs[descriptor] && until_failure >= 0 && __atomic_fetch_sub(&until_failure, 1, __ATOMIC_SEQ_CST) == 0) {
		for (int other = 0; other < DESCRIPTORS; other++) owes[other] = logs[other] && inodes[other] == inode;
	}
	if (owes[descriptor]) {
		owes[descriptor] = 0;
		errno = EIO;
		return -1;
	}
	note('S', inode, 0, NULL, 0);
	if (delay > 0) usleep(delay);
	note('E', inode, 0, NULL, 0);
	return 0;
}

int fdatasync(int descriptor) {
	return fsync(descriptor);
}

int unlink(const char *path) {
	const char *name = name_in_folder(path);
	int result = syscall(SYS_unlinkat, AT_FDCWD, path, 0);
	if (result == 0 && name != NULL) note_name('U', 0, name);
	return result;
}

int link(const char *from, const char *to) {
	int result = syscall(SYS_linkat, AT_FDCWD, from, AT_FDCWD, to, 0);
	if (result == 0 && name_in_folder(to) != NULL) note_name('L', inode_of(to), name_in_folder(to));
	return result;
}
