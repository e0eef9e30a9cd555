/*
 * Right, with a mutex and a condition variable for processes. The condition remembers nothing, the
 * flag beside it does.
 */
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

/* Both processes share it. */
static struct {
	pthread_mutex_t mutex;
	pthread_cond_t changed;
	int printed; /* not 0: the child has printed */
} * box;

/* Says what failed, and why. Returns 1, the exit status for that. */
static int failed(const char *what)
{
	fprintf(stderr, "order: %s: %s\n", what, strerror(errno));
	return 1;
}

/* Prints LINE, and hands it to the kernel at once. */
static void say(const char *line)
{
	puts(line);
	fflush(stdout);
}

static int child(void)
{
	say("child");
	pthread_mutex_lock(&box->mutex);
	box->printed = 1;
	pthread_cond_signal(&box->changed);
	pthread_mutex_unlock(&box->mutex);
	return 0;
}

static int parent(void)
{
	pthread_mutex_lock(&box->mutex);
	while (!box->printed)
		pthread_cond_wait(&box->changed, &box->mutex);
	pthread_mutex_unlock(&box->mutex);
	say("parent");
	return 0;
}

int main(void)
{
	pthread_mutexattr_t mutex;
	pthread_condattr_t condition;
	int status, result;
	pid_t pid;

	box = mmap(NULL, sizeof(*box), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (box == MAP_FAILED)
		return failed("mmap");
	pthread_mutexattr_init(&mutex);
	pthread_mutexattr_setpshared(&mutex, PTHREAD_PROCESS_SHARED);
	pthread_mutex_init(&box->mutex, &mutex);
	pthread_condattr_init(&condition);
	pthread_condattr_setpshared(&condition, PTHREAD_PROCESS_SHARED);
	pthread_cond_init(&box->changed, &condition);
	pid = fork();
	if (pid == -1)
		return failed("fork");
	if (pid == 0)
		_exit(child());
	result = parent();
	if (wait(&status) == -1)
		return failed("wait");
	return result != 0 || status != 0;
}
