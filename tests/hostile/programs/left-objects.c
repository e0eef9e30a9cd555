/* Leaves shared memory, queues, semaphores and files of every kind. */
#include <fcntl.h>
#include <mqueue.h>
#include <semaphore.h>
#include <stdio.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/stat.h>
#include <unistd.h>

int main(void)
{
	int fd = shm_open("/ipclab-hostile", O_CREAT | O_RDWR, 0666);

	if (fd >= 0)
		close(fd);
	mq_open("/ipclab-hostile", O_CREAT | O_RDWR, 0666, NULL);
	sem_open("/ipclab-hostile", O_CREAT, 0666, 1);
	shmget(0x0bad1ab0, 4096, IPC_CREAT | 0666);
	semget(0x0bad1ab0, 1, IPC_CREAT | 0666);
	msgget(0x0bad1ab0, IPC_CREAT | 0666);
	mkfifo("/tmp/ipclab-hostile", 0666);
	printf("pid=%ld ppid=%ld\n", (long)getpid(), (long)getppid());
	return 0;
}
