/*
 * Unusual: the roles are the other way round. The child reads and prints; the parent writes, closes
 * its write end so that the child can come to an end, and waits. Pieces are of a size that divides
 * nothing.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static int count(int from)
{
	unsigned long bytes = 0;
	char some[311];
	ssize_t n;

	while ((n = read(from, some, sizeof(some))) > 0)
		bytes += (unsigned long)n;
	if (n == 0)
		printf("%lu\n", bytes);
	fflush(stdout);
	return n == 0 ? 0 : 1;
}

int main(void)
{
	int ends[2], status;
	char some[1009];
	ssize_t n;

	if (pipe(ends) == -1)
		return 1;

	pid_t child = fork();

	if (child == -1)
		return 1;
	if (child == 0) {
		/* Before the first read: with it open, this process would wait for itself. */
		close(ends[1]);
		_exit(count(ends[0]));
	}
	close(ends[0]);
	while ((n = read(0, some, sizeof(some))) > 0) {
		for (ssize_t done = 0, more; done < n; done += more) {
			more = write(ends[1], some + done, (size_t)(n - done));
			if (more == -1)
				return 1;
		}
	}
	close(ends[1]); /* now the child's read returns 0 */
	if (wait(&status) != child)
		return 1;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}
