/* The parent keeps the write end and waits for the reader. */
#include <sys/wait.h>
#include <unistd.h>

int main(void)
{
	char bytes[64];
	int ends[2];

	if (pipe(ends) < 0)
		return 1;
	if (fork() == 0) {
		close(ends[1]);
		while (read(ends[0], bytes, sizeof(bytes)) > 0)
			;
		_exit(0);
	}
	close(ends[0]);
	wait(NULL);
	return 0;
}
