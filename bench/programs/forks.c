/* 1,000 children, one after the other, each waited for. */
#include <sys/wait.h>
#include <unistd.h>

enum { CHILDREN = 1000 };

int main(void)
{
	for (int i = 0; i < CHILDREN; i++) {
		int status;
		pid_t pid = fork();

		if (pid == 0)
			_exit(i & 127);
		if (pid < 0 || waitpid(pid, &status, 0) != pid || WEXITSTATUS(status) != (i & 127))
			return 2;
	}
	return 0;
}
