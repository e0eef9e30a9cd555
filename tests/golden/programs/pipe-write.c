/* Parent and child both write to a full pipe that the other one does not read. */
#include <sys/wait.h>
#include <unistd.h>

int main(void)
{
	static char much[200000], some[4096];
	int there[2], back[2];
	ssize_t n;

	if (pipe(there) < 0)
		return 1;
	if (pipe(back) < 0)
		return 1;
	if (fork() == 0) {
		close(there[1]);
		close(back[0]);
		while ((n = read(there[0], some, sizeof(some))) > 0)
			if (write(back[1], some, (size_t)n) < 0)
				_exit(1);
		_exit(0);
	}
	close(there[0]);
	close(back[1]);
	if (write(there[1], much, sizeof(much)) < 0)
		return 1;
	wait(NULL);
	return 0;
}
