/* The lab's sandbox for students' programs, started for one program (/bin/true), and stopped. */
#include "config.h"

#include <stdio.h>
#include <sys/wait.h>

#include "lab/sandbox/sandbox.h"

int main(void)
{
	static struct sandbox_plan_storage storage;
	const char *const argv[] = {"true", NULL};
	struct sandbox_command command = {
		.path = "/usr/bin/true", .argv = argv, .fds = {-1, -1, -1}};
	struct sock_fprog filter;
	struct sandbox_plan plan;
	struct lab_error e = {0};
	struct sandbox *s;
	pid_t outside, inside;
	int status = -1;

	sandbox_plan_program(&plan, &storage, "/usr/bin");
	plan.cpu = -1;
	command.filter = &filter;
	if (sandbox_filter_new(&filter, &e) < 0 || !(s = sandbox_start(&plan, &e)) ||
		sandbox_spawn(s, &command, &outside, &inside, &e) < 0 ||
		sandbox_release(s, inside, &e) < 0 ||
		sandbox_wait(s, inside, 10000, &status, &e) != 0) {
		fprintf(stderr, "%s\n", e.text);
		return 3;
	}
	sandbox_stop(s);
	return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? 0 : 2;
}
