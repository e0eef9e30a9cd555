/* System V: messages by type, semaphores with undo and zero, shared memory. */
#include "say.h"

#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>

struct message {
	long type;
	char text[8];
};

int main(void)
{
	struct message m = {2, "two"};
	struct sembuf down = {0, -1, 0}, zero = {0, 0, 0}, up_undo = {0, 1, SEM_UNDO};
	struct sembuf nowait = {0, -1, IPC_NOWAIT};
	struct timespec tenth = {0, TENTH};
	int q = msgget(IPC_PRIVATE, 0600), s = semget(IPC_PRIVATE, 1, 0600), value;
	int m_id = shmget(IPC_PRIVATE, 4096, 0600);
	int *shared = shmat(m_id, NULL, 0);
	struct shmid_ds info;

	result("msgsnd", msgsnd(q, &m, 4, 0));
	m = (struct message){1, "one"};
	result("msgsnd", msgsnd(q, &m, 4, 0));
	result("msgrcv 1", msgrcv(q, &m, 8, 1, 0));
	say("%s", m.text);
	result("msgrcv none", msgrcv(q, &m, 8, 7, IPC_NOWAIT));
	result("msgrcv too small", msgrcv(q, &m, 2, 0, 0));
	if (fork() == 0) {
		ssize_t n = msgrcv(q, &m, 8, 5, 0);

		say("child got %zd %s", n, m.text);
		_exit(0);
	}
	usleep(50000);
	m = (struct message){5, "five"};
	msgsnd(q, &m, 5, 0);
	wait(NULL);
	if (fork() == 0) {
		result("queue removed", msgrcv(q, &m, 8, 99, 0));
		_exit(0);
	}
	usleep(50000);
	msgctl(q, IPC_RMID, NULL);
	wait(NULL);

	result("semop at once", semop(s, &nowait, 1));
	begin();
	result("semtimedop", semtimedop(s, &down, 1, &tenth));
	took("semtimedop", 1);
	if (fork() == 0) {
		semop(s, &up_undo, 1);
		say("child: value %d", semctl(s, 0, GETVAL));
		_exit(0);
	}
	wait(NULL);
	say("undone: value %d", semctl(s, 0, GETVAL));
	semctl(s, 0, SETVAL, 1);
	if (fork() == 0) {
		result("waits for zero", semop(s, &zero, 1));
		_exit(0);
	}
	usleep(50000);
	say("waiting for zero %d", semctl(s, 0, GETZCNT));
	semop(s, &down, 1);
	wait(NULL);
	if (fork() == 0) {
		result("removed under it", semop(s, &down, 1));
		_exit(0);
	}
	usleep(50000);
	semctl(s, 0, IPC_RMID);
	wait(NULL);

	shared[0] = 1;
	if (fork() == 0) {
		shared[0] = 42;
		_exit(0);
	}
	wait(&value);
	say("shared %d", shared[0]);
	shmctl(m_id, IPC_STAT, &info);
	say("attached %d", (int)info.shm_nattch);
	result("shmdt", shmdt(shared));
	shmctl(m_id, IPC_RMID, NULL);
	result("gone", shmctl(m_id, IPC_STAT, &info));
	return 0;
}
