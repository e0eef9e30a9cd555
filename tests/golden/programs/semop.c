/* The same with a set of System V semaphores. */
#include <sys/ipc.h>
#include <sys/sem.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void)
{
	int set = semget(IPC_PRIVATE, 2, 0600);

	semctl(set, 0, SETVAL, 1);
	semctl(set, 1, SETVAL, 1);
	for (int i = 0; i < 2; i++) {
		if (fork() == 0) {
			struct sembuf first = {(unsigned short)i, -1, 0};
			struct sembuf second = {(unsigned short)(1 - i), -1, 0};

			semop(set, &first, 1);
			sleep(1);
			semop(set, &second, 1);
			_exit(0);
		}
	}
	while (wait(NULL) > 0)
		;
	return 0;
}
