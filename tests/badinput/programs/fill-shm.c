/* Fills /dev/shm, and leaves every kind of object behind, under names that the host can be searched
 * for. */
#include <fcntl.h>
#include <mqueue.h>
#include <semaphore.h>
#include <stdio.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <unistd.h>

int main(void)
{
	static char block[1 << 16];
	int fd = shm_open("/ipclab-bad-shm", O_CREAT | O_RDWR, 0600);

	memset(block, 'x', sizeof(block));
	for (int i = 0; i < 1 << 14; i++) /* 1 GiB, if nothing stops it */
		if (write(fd, block, sizeof(block)) <= 0)
			break;
	mq_open("/ipclab-bad-mq", O_CREAT | O_RDWR, 0600, NULL);
	sem_open("/ipclab-bad-sem", O_CREAT, 0600, 1);
	shmget(0x0bad1ab0, 4096, IPC_CREAT | 0600);
	semget(0x0bad1ab0, 1, IPC_CREAT | 0600);
	msgget(0x0bad1ab0, IPC_CREAT | 0600);
	return 0;
}
