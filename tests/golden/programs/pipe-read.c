/* The reader waits for end of file on a pipe whose write end it holds itself. */
#include <sys/wait.h>
#include <unistd.h>

int main(void)
{
	char bytes[64];
	int ends[2];

	if (pipe(ends) < 0)
		return 1;
	if (fork() == 0) {
		while (read(ends[0], bytes, sizeof(bytes)) > 0)
			;
		_exit(0);
	}
	if (write(ends[1], "hello", 5) < 0)
		return 1;
	close(ends[1]);
	wait(NULL);
	return 0;
}
