/* A child waits for the lock of its parent, who waits for the child. */
#include <fcntl.h>
#include <sys/file.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void)
{
	int file = open("lock.txt", O_RDWR | O_CREAT, 0600);

	flock(file, LOCK_EX);
	if (fork() == 0) {
		int own = open("lock.txt", O_RDWR);

		flock(own, LOCK_EX);
		_exit(0);
	}
	wait(NULL);
	return 0;
}
