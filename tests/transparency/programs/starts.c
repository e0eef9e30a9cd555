/* vfork, posix_spawn with file actions, system, popen, exec chains, closing on exec. */
#include "say.h"

#include <spawn.h>

extern char **environ;

int main(int argc, char **argv)
{
	char line[64], number[16], *left[] = {argv[0], number, NULL};
	char *sh[] = {"sh", "-c", "echo spawned; exit 6", NULL};
	posix_spawn_file_actions_t actions;
	int value, fds[2];
	FILE *in;
	pid_t pid;

	if (argc == 2 && atoi(argv[1]) > 0) {
		say("link %s of the chain", argv[1]);
		snprintf(number, sizeof(number), "%d", atoi(argv[1]) - 1);
		execv("/proc/self/exe", left);
		return 1;
	}
	if (argc == 2)
		return 7;
	pid = vfork();
	if (pid == 0) {
		execl("/bin/sh", "sh", "-c", "exit 5", (char *)NULL);
		_exit(1);
	}
	waitpid(pid, &value, 0);
	status("vfork", value);
	if (pipe2(fds, O_CLOEXEC) < 0)
		return 1;
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, fds[1], STDOUT_FILENO);
	error("posix_spawn", posix_spawn(&pid, "/bin/sh", &actions, NULL, sh, environ));
	close(fds[1]);
	waitpid(pid, &value, 0);
	status("posix_spawn", value);
	say("it said %zd bytes", read(fds[0], line, sizeof(line)));
	error("posix_spawn of nothing", posix_spawn(&pid, "/none", NULL, NULL, sh, environ));
	status("system", system("exit 9"));
	status("system", system("kill -TERM $$"));
	in = popen("echo one; echo two", "r");
	while (fgets(line, sizeof(line), in))
		say("popen: %.3s", line);
	status("pclose", pclose(in));
	in = popen("cat >/dev/null", "w");
	fputs("x\n", in);
	status("pclose", pclose(in));
	if (fork() == 0) {
		strcpy(number, "3");
		execv("/proc/self/exe", left);
	}
	wait(&value);
	status("chain", value);
	result("exec of nothing", execl("/none", "none", (char *)NULL));
	result("exec of a folder", execl("/", "none", (char *)NULL));
	return 0;
}
