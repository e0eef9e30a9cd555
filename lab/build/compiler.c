/*
 * Which compiler: $CC, or what configure found. Its version is asked for at the beginning and read
 * when it is needed, so that the question costs no time of its own; and once, as long as it is the
 * same file: who grades a class asks before the first submission.
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lab/base/fd.h"
#include "lab/base/path.h"
#include "lab/build/parts.h"

#ifndef LAB_CC
#define LAB_CC "gcc"
#endif

#define GCC_OLDEST   12 /* -ftrivial-auto-var-init: gcc 12, clang 8 */
#define CLANG_OLDEST 11 /* DWARF 5 as libdw reads it, -std=gnu17 */

extern char **environ;

const char *build_compiler(void)
{
	const char *cc = getenv("CC");

	return cc != NULL && cc[strspn(cc, " \t")] != '\0' ? cc : LAB_CC;
}

/* "gcc -m64" -> words. */
static char **split(const char *command)
{
	char **words = lab_xmalloc((strlen(command) + 1) * sizeof(char *));
	size_t n = 0;

	for (const char *p = command + strspn(command, " \t"); *p != '\0'; p += strspn(p, " \t")) {
		size_t len = strcspn(p, " \t");

		words[n++] = lab_xprintf("%.*s", (int)len, p);
		p += len;
	}
	return words;
}

/* Where NAME is found in PATH; NULL if nowhere. */
static char *find(const char *name)
{
	const char *path = getenv("PATH");

	if (strchr(name, '/') != NULL)
		return access(name, X_OK) == 0 ? lab_xstrdup(name) : NULL;
	for (const char *p = path != NULL ? path : "/usr/bin:/bin"; *p != '\0';) {
		size_t len = strcspn(p, ":");
		LAB_FREE char *folder = lab_xprintf("%.*s", (int)len, p);
		char *file = path_join(*folder != '\0' ? folder : ".", name);

		if (path_is_file(file) && access(file, X_OK) == 0)
			return file;
		free(file);
		p += len + (p[len] == ':');
	}
	return NULL;
}

/* The last good answer, and of which file it is. One file may be several compilers, by its name. */
static pthread_mutex_t once = PTHREAD_MUTEX_INITIALIZER;
static struct {
	char *path; /* NULL: none yet */
	struct stat file;
	enum compiler_family family;
	char *version;
} known;

static bool recall(struct compiler *c)
{
	pthread_mutex_lock(&once);
	if (known.path != NULL && c->has_file && strcmp(c->path, known.path) == 0 &&
		file_is_same(&c->file, &known.file)) {
		c->family = known.family;
		c->version = lab_xstrdup(known.version);
	}
	pthread_mutex_unlock(&once);
	return c->version != NULL;
}

static void remember(const struct compiler *c)
{
	if (!c->has_file)
		return;
	pthread_mutex_lock(&once);
	free(known.path);
	free(known.version);
	known.path = lab_xstrdup(c->path);
	known.file = c->file;
	known.family = c->family;
	known.version = lab_xstrdup(c->version);
	pthread_mutex_unlock(&once);
}

static int ask_version(struct compiler *c, struct lab_error *e)
{
	posix_spawn_file_actions_t actions;
	char *argv[3] = {NULL, (char *)"--version", NULL};
	int pipefd[2], failed;

	if (pipe2(pipefd, O_CLOEXEC) < 0)
		return lab_fail_errno(e, LAB_BROKEN, "pipe");
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_adddup2(&actions, pipefd[1], 1);
	posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0);
	argv[0] = c->path;
	failed = posix_spawn(&c->query_pid, c->path, &actions, NULL, argv, environ);
	posix_spawn_file_actions_destroy(&actions);
	close(pipefd[1]);
	c->query = pipefd[0];
	errno = failed;
	return failed == 0 ? 0 : lab_fail_errno(e, LAB_UNSUPPORTED, "run \"%s\"", c->path);
}

int compiler_start(struct compiler *c, struct lab_error *e)
{
	*c = (struct compiler){.query = -1, .words = split(build_compiler())};
	c->path = find(c->words[0]);
	if (c->path == NULL)
		return lab_fail(e, LAB_UNSUPPORTED,
			"there is no C compiler \"%s\" on this machine; install one (apt-get "
			"install "
			"gcc) or name another in the environment variable CC",
			c->words[0]);
	c->has_file = stat(c->path, &c->file) == 0;
	return recall(c) ? 0 : ask_version(c, e);
}

/* "Debian clang version 14.0.6" or "gcc (Debian 12.2.0-14) 12.2.0": the words of the first line. */
static bool parse_version(struct compiler *c, char *text)
{
	char *clang = strstr(text, "clang version ");
	const char *number;

	text[strcspn(text, "\n")] = '\0';
	if (clang != NULL) {
		number = clang + strlen("clang version ");
		c->family = COMPILER_CLANG;
	} else {
		const char *paren = strrchr(text, ')'), *cc = strstr(text, "cc");

		if (cc == NULL || cc > text + strcspn(text, " "))
			return false; /* gcc begins with its own name */

		number = paren != NULL ? paren + 1 : strchr(text, ' ');
		c->family = COMPILER_GCC;
	}
	if (number == NULL)
		return false;
	number += strspn(number, " ");
	c->version = lab_xprintf("%s %.*s", clang != NULL ? "clang" : "gcc",
		(int)strspn(number, "0123456789."), number);
	return number[0] >= '0' && number[0] <= '9';
}

int compiler_wait(struct compiler *c, struct lab_error *e)
{
	BUF_SCOPED text = BUF_INIT;
	int oldest, failed;

	if (c->version != NULL)
		return 0;
	failed = fd_read_to_end(c->query, &text, 65536);
	fd_close(&c->query);
	while (waitpid(c->query_pid, NULL, 0) < 0 && errno == EINTR) {
	}
	c->query_pid = 0;
	if (failed < 0 || text.len == 0 || !parse_version(c, text.data))
		return lab_fail(e, LAB_UNSUPPORTED,
			"\"%s --version\" does not answer like gcc or clang; name another compiler "
			"in CC",
			c->path);
	oldest = c->family == COMPILER_GCC ? GCC_OLDEST : CLANG_OLDEST;
	if (atoi(strchr(c->version, ' ') + 1) < oldest)
		return lab_fail(e, LAB_UNSUPPORTED,
			"%s is too old: ipclab needs gcc %d or clang %d, or newer; name one in CC",
			c->version, GCC_OLDEST, CLANG_OLDEST);
	remember(c);
	return 0;
}

void compiler_done(struct compiler *c)
{
	fd_close(&c->query);
	if (c->query_pid > 0) {
		kill(c->query_pid, SIGKILL);
		waitpid(c->query_pid, NULL, 0);
	}
	for (size_t i = 0; c->words != NULL && c->words[i] != NULL; i++)
		free(c->words[i]);
	free(c->words);
	free(c->path);
	free(c->version);
}
