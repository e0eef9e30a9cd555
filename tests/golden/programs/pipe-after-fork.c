/* Each process makes a pipe of its own. */
#include <sys/wait.h>
#include <unistd.h>

int main(void)
{
	pid_t child = fork();
	char bytes[64];
	int ends[2];

	if (pipe(ends) < 0)
		return 1;
	if (child == 0) {
		if (read(ends[0], bytes, sizeof(bytes)) < 0)
			_exit(1);
		_exit(0);
	}
	if (write(ends[1], "hello", 5) < 0)
		return 1;
	wait(NULL);
	return 0;
}
