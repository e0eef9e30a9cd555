/*
 * Programs whose output tells who went when: "crowd pipe", "signal", "mq", "sem", "thread". Each
 * has three workers that do three rounds of something that others see; none ever waits for the
 * clock.
 */
#include <fcntl.h>
#include <mqueue.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

enum { WORKERS = 3, ROUNDS = 3 };

static void say(int worker, int round)
{
	char text[3] = {(char)('a' + worker), (char)('0' + round), '\n'};

	if (write(STDOUT_FILENO, text, sizeof(text)) != sizeof(text))
		_exit(1);
}

static void fork_all(void (*work)(int worker, void *shared), void *shared)
{
	for (int i = 0; i < WORKERS; i++)
		if (fork() == 0) {
			work(i, shared);
			_exit(0);
		}
}

static void reap_all(void)
{
	while (wait(NULL) > 0)
		;
}

static void into_pipe(int worker, void *shared)
{
	int *fds = shared;

	for (int i = 0; i < ROUNDS; i++)
		if (write(fds[1], &(char){(char)('a' + worker)}, 1) != 1)
			_exit(1);
}

static void by_pipe(void)
{
	int fds[2];
	char byte;

	if (pipe(fds) < 0)
		exit(1);
	fork_all(into_pipe, fds);
	close(fds[1]);
	for (int i = 0; read(fds[0], &byte, 1) == 1; i++)
		say(byte - 'a', i);
	reap_all();
}

static volatile sig_atomic_t caught;

static void count(int sig)
{
	(void)sig;
	caught++;
}

static void signal_parent(int worker, void *shared)
{
	for (int i = 0; i < ROUNDS; i++) {
		say(worker, i);
		kill(*(pid_t *)shared, SIGUSR1);
	}
}

static void by_signal(void)
{
	struct sigaction act = {.sa_handler = count, .sa_flags = SA_RESTART};
	pid_t self = getpid();

	sigaction(SIGUSR1, &act, NULL);
	fork_all(signal_parent, &self);
	reap_all();
	say(25, caught);
}

static void into_queue(int worker, void *shared)
{
	for (int i = 0; i < ROUNDS; i++)
		if (mq_send(*(mqd_t *)shared, &(char){(char)('a' + worker)}, 1, 0) < 0)
			_exit(1);
}

static void by_queue(void)
{
	struct mq_attr attr = {.mq_maxmsg = 2, .mq_msgsize = 1};
	mqd_t queue = mq_open("/crowd", O_RDWR | O_CREAT, 0600, &attr);
	char byte;

	if (queue == (mqd_t)-1)
		exit(1);
	mq_unlink("/crowd");
	fork_all(into_queue, &queue);
	for (int i = 0; i < WORKERS * ROUNDS; i++)
		if (mq_receive(queue, &byte, 1, NULL) == 1)
			say(byte - 'a', i);
	reap_all();
}

static void under_semaphore(int worker, void *shared)
{
	for (int i = 0; i < ROUNDS; i++) {
		sem_wait(shared);
		say(worker, i);
		sem_post(shared);
	}
}

static void by_semaphore(void)
{
	sem_t *sem =
		mmap(NULL, sizeof(*sem), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (sem == MAP_FAILED)
		exit(1);
	sem_init(sem, 1, 1);
	fork_all(under_semaphore, sem);
	reap_all();
}

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static int turns;

static void *thread(void *argument)
{
	for (int i = 0; i < ROUNDS; i++) {
		pthread_mutex_lock(&mutex);
		turns++;
		say((int)(long)argument, i);
		pthread_cond_signal(&changed);
		pthread_mutex_unlock(&mutex);
	}
	return NULL;
}

static void by_thread(void)
{
	pthread_t threads[WORKERS];

	for (long i = 0; i < WORKERS; i++)
		pthread_create(&threads[i], NULL, thread, (void *)i);
	pthread_mutex_lock(&mutex);
	while (turns < WORKERS * ROUNDS)
		pthread_cond_wait(&changed, &mutex);
	pthread_mutex_unlock(&mutex);
	for (int i = 0; i < WORKERS; i++)
		pthread_join(threads[i], NULL);
}

int main(int argc, char **argv)
{
	static const struct {
		const char *name;
		void (*run)(void);
	} kinds[] = {{"pipe", by_pipe}, {"signal", by_signal}, {"mq", by_queue},
		{"sem", by_semaphore}, {"thread", by_thread}};

	for (size_t i = 0; argc == 2 && i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (strcmp(argv[1], kinds[i].name) == 0)
			kinds[i].run();
	return 0;
}
