/* 10,000 writes of one line to a pipe that a child empties. */
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { WRITES = 10000 };

int main(void)
{
	static const char line[] = "a line of sixteen";
	char bytes[4096];
	int ends[2];
	ssize_t n;

	if (pipe(ends) < 0)
		return 2;
	if (fork() == 0) {
		close(ends[1]);
		while ((n = read(ends[0], bytes, sizeof(bytes))) > 0)
			;
		_exit(n < 0 ? 2 : 0);
	}
	close(ends[0]);
	for (int i = 0; i < WRITES; i++)
		if (write(ends[1], line, strlen(line)) < 0)
			return 2;
	close(ends[1]);
	return wait(NULL) < 0;
}
