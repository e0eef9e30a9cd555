/* System V queues, semaphores and segments: order, limits, undo, counts of who waits, removal. */
#include "rows.h"

#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>

static int id;
static struct letter {
	long type;
	char text[100];
} letter;

static void put(long type, const char *text)
{
	letter.type = type;
	snprintf(letter.text, sizeof(letter.text), "%s", text);
	MUST(msgsnd(id, &letter, strlen(text), 0));
}

static void get(const char *what, long type, int flags, size_t len)
{
	ssize_t n = msgrcv(id, &letter, len, type, flags);

	if (n < 0)
		say("%s: %s", what, strerrorname_np(errno));
	else
		say("%s: %.*s of type %ld", what, (int)n, letter.text, letter.type);
}

static void types(void)
{
	id = msgget(IPC_PRIVATE, 0600);
	put(3, "three");
	put(1, "one");
	put(2, "two");
	put(1, "another one");
	get("first of all", 0, IPC_NOWAIT, 100);
	get("type 1", 1, IPC_NOWAIT, 100);
	get("lowest up to 2", -2, IPC_NOWAIT, 100);
	get("not 1", 1, IPC_NOWAIT | MSG_EXCEPT, 100);
	get("none", 0, IPC_NOWAIT, 100);
	put(5, "long text");
	get("too big", 0, IPC_NOWAIT, 4);
	get("cut", 0, IPC_NOWAIT | MSG_NOERROR, 4);
	put(7, "copied");
	get("copy", 0, IPC_NOWAIT | MSG_COPY, 100);
	letter.type = 0;
	result("type 0", msgsnd(id, &letter, 1, 0));
	msgctl(id, IPC_RMID, NULL);
	result("gone", msgsnd(id, &letter, 1, 0));
}

static void queue_state(void)
{
	struct msqid_ds ds;
	pid_t pid;

	id = msgget(IPC_PRIVATE, 0640);
	put(1, "four");
	pid = fork();
	if (pid == 0) {
		put(2, "child");
		_exit(0);
	}
	wait(NULL);
	result("stat", msgctl(id, IPC_STAT, &ds));
	say("%ld messages, mode %o, sent last by the child %d, nobody received %d",
		(long)ds.msg_qnum, ds.msg_perm.mode & 0777, ds.msg_lspid == pid, ds.msg_lrpid == 0);
	ds.msg_qbytes = 20;
	result("set", msgctl(id, IPC_SET, &ds));
	letter.type = 1;
	result("full", msgsnd(id, &letter, 60, IPC_NOWAIT));
	msgctl(id, IPC_RMID, NULL);
}

static void removed_while_waiting(void)
{
	struct sembuf down = {0, -1, 0};
	int queue = msgget(IPC_PRIVATE, 0600), sem = semget(IPC_PRIVATE, 1, 0600);
	pid_t a, b;

	id = queue;
	a = fork();
	if (a == 0) {
		get("receiver", 0, 0, 100);
		_exit(0);
	}
	b = fork();
	if (b == 0) {
		result("semop", semop(sem, &down, 1));
		_exit(0);
	}
	await_sleep(a);
	await_sleep(b);
	msgctl(queue, IPC_RMID, NULL);
	semctl(sem, 0, IPC_RMID);
	while (wait(NULL) > 0)
		;
	get("later", 0, IPC_NOWAIT, 100);
}

static void by_key(void)
{
	key_t key = ftok(".", 'k');
	int first = msgget(key, IPC_CREAT | IPC_EXCL | 0600);

	okay("create", first);
	result("again", msgget(key, IPC_CREAT | IPC_EXCL | 0600));
	say("the same %d", msgget(key, 0) == first);
	result("another kind", semget(key, 0, 0));
	msgctl(first, IPC_RMID, NULL);
	result("gone", msgget(key, 0));
	result("no file", ftok("/no/such", 1));
	result("no such", msgctl(first, IPC_RMID, NULL));
}

static void operations(void)
{
	unsigned short values[3] = {1, 2, 3};
	struct sembuf both[2] = {{0, -1, 0}, {1, -2, 0}};
	struct sembuf never[2] = {{2, -1, 0}, {0, -1, IPC_NOWAIT}};
	struct sembuf zero = {0, 0, IPC_NOWAIT}, up = {0, 5, 0};

	id = semget(IPC_PRIVATE, 3, 0600);
	result("all", semctl(id, 0, SETALL, values));
	result("two at once", semop(id, both, 2));
	result("0", semctl(id, 0, GETVAL));
	result("1", semctl(id, 1, GETVAL));
	result("all or nothing", semop(id, never, 2));
	result("2", semctl(id, 2, GETVAL));
	result("is zero", semop(id, &zero, 1));
	semop(id, &up, 1);
	result("is not", semop(id, &zero, 1));
	result("too large", semctl(id, 0, SETVAL, 40000));
	up.sem_num = 9;
	result("no such", semop(id, &up, 1));
	result("none", semop(id, &up, 0));
	result("last was me", semctl(id, 0, GETPID) == getpid());
	result("remove", semctl(id, 0, IPC_RMID));
	result("gone", semctl(id, 0, GETVAL));
}

static void who_waits(void)
{
	struct sembuf down = {0, -1, 0}, zero = {0, 0, 0}, up = {0, 2, 0};
	pid_t pids[3];

	id = semget(IPC_PRIVATE, 1, 0600);
	semctl(id, 0, SETVAL, 0);
	for (int i = 0; i < 2; i++) {
		pids[i] = fork();
		if (pids[i] == 0)
			_exit(semop(id, &down, 1) != 0);
	}
	while (semctl(id, 0, GETNCNT) < 2)
		usleep(1000);
	result("GETNCNT", semctl(id, 0, GETNCNT));
	up.sem_op = 3;
	semop(id, &up, 1); /* both go; one is left */
	while (wait(NULL) > 0)
		;
	result("GETVAL", semctl(id, 0, GETVAL));
	pids[2] = fork();
	if (pids[2] == 0)
		_exit(semop(id, &zero, 1) != 0);
	while (semctl(id, 0, GETZCNT) < 1)
		usleep(1000);
	result("GETZCNT", semctl(id, 0, GETZCNT));
	semop(id, &down, 1);
	wait(NULL);
	result("GETZCNT", semctl(id, 0, GETZCNT));
	semctl(id, 0, IPC_RMID);
}

/* What a process did with SEM_UNDO is taken back when it ends, and wakes who waits for it. */
static void undo(void)
{
	struct sembuf down = {0, -1, SEM_UNDO}, plain = {0, -1, 0}, up = {0, 1, SEM_UNDO};
	int value;
	pid_t pid;

	id = semget(IPC_PRIVATE, 1, 0600);
	semctl(id, 0, SETVAL, 1);
	pid = fork();
	if (pid == 0) {
		semop(id, &down, 1);
		result("taken", semctl(id, 0, GETVAL));
		await_sleep(getppid());
		kill(getpid(), SIGKILL);
	}
	while (semctl(id, 0, GETVAL))
		usleep(1000);
	result("after its death", semop(id, &plain, 1));
	waitpid(pid, &value, 0);
	status("owner", value);
	semctl(id, 0, SETVAL, 0);
	if (fork() == 0) {
		semop(id, &up, 1);
		_exit(0);
	}
	wait(NULL);
	result("given back", semctl(id, 0, GETVAL));
	if (fork() == 0) {
		semop(id, &up, 1);
		semctl(id, 0, SETVAL, 7); /* forgets what was to be undone */
		_exit(0);
	}
	wait(NULL);
	result("set", semctl(id, 0, GETVAL));
	semctl(id, 0, IPC_RMID);
}

static void segments(void)
{
	struct shmid_ds ds;
	char *a, *b;

	id = shmget(IPC_PRIVATE, 5000, 0600);
	a = shmat(id, NULL, 0);
	b = shmat(id, NULL, SHM_RDONLY);
	strcpy(a, "seen twice");
	say("%s", b);
	shmctl(id, IPC_STAT, &ds);
	say("%ld attached, %zu bytes, made by me %d", (long)ds.shm_nattch, ds.shm_segsz,
		ds.shm_cpid == getpid());
	if (fork() == 0) {
		shmctl(id, IPC_STAT, &ds);
		say("with the child %ld", (long)ds.shm_nattch);
		strcpy(a, "from the child");
		_exit(0);
	}
	wait(NULL);
	say("%s", b);
	result("remove", shmctl(id, IPC_RMID, NULL));
	strcpy(a, "still there");
	say("%s", b);
	result("attach", (long)shmat(id, NULL, 0) == -1 ? -1 : 1); /* Linux lets one */
	result("detach", shmdt(a));
	result("twice", shmdt(a));
	if (fork() == 0) {
		b[0] = 'x'; /* read only */
		_exit(0);
	}
	int value;
	wait(&value);
	status("writes", value);
	result("last", shmdt(b));
	result("size", shmget(IPC_PRIVATE, 0, 0600));
}

static void attached_until_exec(void)
{
	struct shmid_ds ds;
	int value;

	id = shmget(IPC_PRIVATE, 4096, 0600);
	MUST((long)shmat(id, NULL, 0));
	if (fork() == 0) {
		execlp("true", "true", NULL);
		_exit(1);
	}
	wait(&value);
	shmctl(id, IPC_STAT, &ds);
	say("%ld attached", (long)ds.shm_nattch);
	shmctl(id, IPC_RMID, NULL);
}

ROWS(ROW(types), ROW(queue_state), ROW_IF(removed_while_waiting, SORTED), ROW(by_key),
	ROW(operations), ROW(who_waits), ROW_IF(undo, SORTED), ROW(segments),
	ROW(attached_until_exec));
