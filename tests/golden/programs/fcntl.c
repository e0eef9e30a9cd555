/* The same with a lock of fcntl(2). */
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void)
{
	int file = open("lock.txt", O_RDWR | O_CREAT, 0600);
	struct flock all = {.l_type = F_WRLCK};

	fcntl(file, F_SETLKW, &all);
	if (fork() == 0) {
		fcntl(file, F_SETLKW, &all);
		_exit(0);
	}
	wait(NULL);
	return 0;
}
