/*
 * Unusual: the child is another program, so to speak: the same file, started by posix_spawn(3) with
 * the pipe as its standard input. It reads by getc(3), and never sees the message as an argument.
 */
#define _GNU_SOURCE /* for pipe2 */
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static int child(void)
{
	int c;

	printf("Proc %jd read: ", (intmax_t)getpid());
	while ((c = getchar()) != EOF)
		putchar(c);
	return puts("") == EOF;
}

int main(int argc, char *argv[])
{
	char *args[] = {"the child of hello", NULL}, *env[] = {NULL};
	posix_spawn_file_actions_t actions;
	int ends[2], error, status;
	pid_t pid;
	FILE *out;

	if (strcmp(argv[0], args[0]) == 0)
		return child();
	if (argc != 2) {
		fprintf(stderr, "usage: %s MSG\n", argv[0]);
		return 2;
	}
	/* Close-on-exec, so that the child has standard input and no other end. */
	if (pipe2(ends, O_CLOEXEC) == -1) {
		perror("hello: pipe2");
		return 1;
	}
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, ends[0], STDIN_FILENO);
	error = posix_spawn(&pid, "/proc/self/exe", &actions, NULL, args, env);
	posix_spawn_file_actions_destroy(&actions);
	if (error) {
		fprintf(stderr, "hello: posix_spawn: %s\n", strerror(error));
		return 1;
	}
	close(ends[0]);
	out = fdopen(ends[1], "w");
	if (out == NULL || fputs(argv[1], out) == EOF || fclose(out) == EOF) {
		perror("hello: send");
		return 1;
	}
	return waitpid(pid, &status, 0) == pid && WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}
