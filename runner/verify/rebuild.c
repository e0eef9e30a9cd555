/* The compiled test of an exercise, made anew: see rebuild.h. */
#include "config.h"

#include "runner/verify/rebuild.h"

#include <errno.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "lab/base/buf.h"
#include "lab/base/path.h"

extern char **environ;

static int run_make(
	const char *folder, const char *target, const char *variable, struct lab_error *e)
{
	char *argv[] = {"make", "-s", "--no-print-directory", "-C", (char *)folder, (char *)target,
		(char *)variable, NULL};
	int status;
	pid_t pid;

	fflush(NULL);
	errno = posix_spawnp(&pid, argv[0], NULL, NULL, argv, environ);
	if (errno != 0)
		return lab_fail_errno(e, LAB_BROKEN, "run make");
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return lab_fail_errno(e, LAB_BROKEN, "wait for make");
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return 0;
	return lab_fail(e, LAB_USAGE,
		"the test does not build; what the compiler says stands above. Mend "
		"tests/exercises/%s.c and save it",
		target + strlen("judges/"));
}

/* The build folder, where DIR is the course that it belongs to; else NULL. */
static const char *build_of(const char *dir)
{
	LAB_FREE char *tree = realpath(lab_course_dir(), NULL);
	LAB_FREE char *course = realpath(dir, NULL);

	return tree && course && strcmp(tree, course) == 0 ? lab_build_dir() : NULL;
}

char *rebuild_command(const char *dir)
{
	const char *build = build_of(dir);

	return lab_xprintf("make -C %s", build ? build : dir);
}

int rebuild_judge(const char *dir, const char *id, struct lab_error *e)
{
	const char *build = build_of(dir), *any = lab_build_dir();
	LAB_FREE char *makefile = path_join(dir, "Makefile");
	LAB_FREE char *target = path_join("judges", id);
	LAB_FREE char *source = lab_xprintf("%s/tests/exercises/%s.c", dir, id);
	LAB_FREE char *variable = any ? lab_xprintf("PKG_CONFIG_PATH=%s/extra", any) : NULL;

	if (!path_is_file(source))
		return 0; /* verify says so */
	if (build)
		return run_make(build, target, NULL, e);
	return path_is_file(makefile) ? run_make(dir, target, variable, e) : 0;
}
