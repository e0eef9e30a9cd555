/* The caller's side of an archive: see archive.h. */
#include "config.h"

#include "runner/archive.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lab/base/fd.h"
#include "lab/base/path.h"

extern char **environ;

#define SAID_MOST 4096

void archive_add(struct buf *files, const char *name, const struct buf *bytes, bool program)
{
	buf_printf(files, ARCHIVE_FILE_LINE, bytes->len, program ? 0755u : 0644u, name);
	buf_add(files, bytes->data, bytes->len);
}

/* MORE: its arguments, at most three. */
static int start(
	int in, int out, int said, const char *const *more, pid_t *pid, struct lab_error *e)
{
	const char *path = lab_archiver();
	char *argv[] = {(char *)path_base(path), NULL, NULL, NULL, NULL};
	posix_spawn_file_actions_t actions;

	for (size_t i = 0; more[i]; i++)
		argv[i + 1] = (char *)more[i];
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, in, 0);
	posix_spawn_file_actions_adddup2(&actions, out, 1);
	posix_spawn_file_actions_adddup2(&actions, said, 2);
	errno = posix_spawn(pid, path, &actions, NULL, argv, environ);
	posix_spawn_file_actions_destroy(&actions);
	return errno == 0 ? 0 : lab_fail_errno(e, LAB_BROKEN, "run \"%s\"", path);
}

/* The archiver has failed and told why, in one line. */
static int failed(int said, const char *what, struct lab_error *e)
{
	BUF_SCOPED why = BUF_INIT;

	if (lseek(said, 0, SEEK_SET) < 0 || fd_read_to_end(said, &why, SAID_MOST) < 0 || !why.len)
		return lab_fail(e, LAB_BROKEN, "write \"%s\": the archiver was ended", what);
	why.data[strcspn(why.data, "\n")] = '\0';
	return lab_fail(e, LAB_USAGE, "write \"%s\": %s", what, why.data);
}

int archive_write(
	const struct buf *files, const char *form, int fd, const char *what, struct lab_error *e)
{
	const char *const more[] = {form, NULL};
	FD_SCOPED in = memfd_create("files", MFD_CLOEXEC);
	FD_SCOPED said = memfd_create("said", MFD_CLOEXEC);
	int status;
	pid_t pid;

	if (in < 0 || said < 0 || fd_write_all(in, files->data, files->len) < 0 ||
		lseek(in, 0, SEEK_SET) < 0)
		return lab_fail_errno(e, LAB_BROKEN, "gather what is archived");
	if (start(in, fd, said, more, &pid, e) < 0)
		return -1;
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return lab_fail_errno(e, LAB_BROKEN, "wait for the archiver");
	return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? 0 : failed(said, what, e);
}

int archive_unpack(int in, const char *const limits[2], int *out, pid_t *pid, struct lab_error *e)
{
	const char *const more[] = {"unpack", limits[0], limits[1], NULL};
	FD_SCOPED nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);
	FD_SCOPED reading = -1;
	FD_SCOPED writing = -1;
	int ends[2];

	if (nowhere < 0 || pipe2(ends, O_CLOEXEC) < 0)
		return lab_fail_errno(e, LAB_BROKEN, "make a pipe to the archiver");
	reading = ends[0];
	writing = ends[1];
	if (start(in, writing, nowhere, more, pid, e) < 0)
		return -1;
	*out = fd_keep(&reading);
	return 0;
}
