/*
 * A program of one word, which says what its handler of SIGUSR1 calls, or how it got there. Each
 * function stands on a line of its own: the table in tests/unit/test_handlers.c names it.
 */
#include <err.h>
#include <errno.h>
#include <mqueue.h>
#include <pthread.h>
#include <semaphore.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <syslog.h>
#include <time.h>
#include <unistd.h>

static const char *word;
static volatile sig_atomic_t seen;
static sem_t sem;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static sigjmp_buf back;
static void *block;
static char line[100];
static int (*print)(const char *format, ...) = printf;

static int is(const char *name)
{
	return strcmp(word, name) == 0;
}

static void say_all(FILE *to, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	vfprintf(to, format, ap); /* vfprintf */
	va_end(ap);
}

static void deeper(int depth)
{
	if (depth > 0)
		deeper(depth - 1);
	else
		printf("%d %d %d %d %d %d %.1f\n", 1, 2, 3, 4, 5, 6, 7.5); /* printf */
}

static int compare(const void *a, const void *b)
{
	printf("%d\n", *(const int *)a - *(const int *)b); /* compare */
	return *(const int *)a - *(const int *)b;
}

/* The library has one of that name; it is not called. */
void closelog(void)
{
	strcpy(line, "own\n");
	if (write(1, line, strlen(line)) < 0)
		_exit(9);
}

static void uses_stdio(void)
{
	if (is("printf"))
		deeper(3);
	if (is("puts"))
		printf("fixed\n"); /* puts */
	if (is("putchar"))
		printf("%c", '\n'); /* putchar */
	if (is("vfprintf"))
		say_all(stdout, "%d %s %.1f\n", 1, "two", 3.5);
	if (is("pointer"))
		print("%d\n", 1); /* pointer */
	if (is("snprintf"))
		snprintf(line, sizeof(line), "%s", word); /* snprintf */
	if (is("perror"))
		perror("x"); /* perror */
	if (is("warn"))
		warnx("x"); /* warn */
	if (is("fflush"))
		fflush(stdout); /* fflush */
	if (is("exit"))
		exit(3); /* exit */
	if (is("system"))
		seen = system(":"); /* system */
}

static void uses_others(void)
{
	if (is("malloc"))
		block = malloc(10); /* malloc */
	if (is("free"))
		free(block); /* free */
	if (is("strdup"))
		block = strdup(word); /* strdup */
	if (is("strsignal"))
		strcpy(line, strsignal(SIGUSR1)); /* strsignal */
	if (is("localtime"))
		block = localtime(&(time_t){0}); /* localtime */
	if (is("strtok"))
		block = strtok(line, " "); /* strtok */
	if (is("syslog"))
		syslog(LOG_INFO, "x"); /* syslog */
	if (is("own-function"))
		closelog();
	if (is("mq_unlink"))
		mq_unlink("/none"); /* mq_unlink */
	if (is("sem_trywait"))
		sem_trywait(&sem); /* sem_trywait */
	if (is("mutex")) {
		pthread_mutex_lock(&mutex);   /* lock */
		pthread_mutex_unlock(&mutex); /* unlock */
	}
	if (is("qsort")) {
		int two[] = {2, 1};

		qsort(two, 2, sizeof(two[0]), compare); /* qsort */
	}
	if (is("jump") || is("jump-deep"))
		siglongjmp(back, 1);
	if (is("fork") && fork() == 0) {
		puts("child"); /* fork */
		_exit(0);
	}
}

/* What signal-safety(7) lists, as far as handlers use it. */
static void uses_what_is_safe(void)
{
	struct timespec now;
	int saved = errno;
	pid_t pid = fork();

	if (pid == 0)
		_exit(0);
	waitpid(pid, NULL, 0);
	clock_gettime(CLOCK_REALTIME, &now);
	sem_post(&sem);
	kill(getpid(), SIGCHLD);
	raise(SIGCHLD);
	signal(SIGCHLD, SIG_DFL);
	alarm(0);
	sigprocmask(SIG_BLOCK, NULL, NULL);
	strcpy(line, "safe\n");
	if (write(1, line, strlen(line)) < 0)
		abort();
	errno = saved;
}

static void on_usr1(int sig)
{
	seen = sig;
	if (is("safe"))
		uses_what_is_safe();
	uses_stdio();
	uses_others();
}

static void on_tail(int sig)
{
	psignal(sig, "tail"); /* tail */
}

static void on_usr2(int sig)
{
	seen = sig;
	raise(SIGUSR1);
	puts("outer"); /* outer */
}

static void handle(int sig, void (*handler)(int), int flags)
{
	struct sigaction action = {.sa_handler = handler, .sa_flags = flags};

	sigfillset(&action.sa_mask);
	if (is("nested"))
		sigemptyset(&action.sa_mask);
	sigaction(sig, &action, NULL);
}

static void *thread(void *nothing)
{
	pthread_kill(pthread_self(), SIGUSR1);
	return nothing;
}

/* Deeper in the stack than what the signal has interrupted. */
static void after_jump(int depth)
{
	char room[1000];

	memset(room, depth, sizeof(room));
	if (depth > 0)
		after_jump(depth - 1);
	else
		printf("%d left\n", (int)seen + room[0]);
}

static void on_own_stack(void)
{
	stack_t stack = {.ss_sp = malloc(1 << 16), .ss_size = 1 << 16};

	sigaltstack(&stack, NULL);
	handle(SIGUSR1, on_usr1, SA_ONSTACK | SA_SIGINFO);
	word = is("own-stack") ? "printf" : "jump";
}

static void send(void)
{
	pthread_t id;

	if (is("nested")) {
		word = "puts";
		raise(SIGUSR2);
	} else if (is("thread")) {
		word = "puts";
		pthread_create(&id, NULL, thread, NULL);
		pthread_join(id, NULL);
	} else if (sigsetjmp(back, 1) == 0) {
		raise(SIGUSR1);
	} else {
		after_jump(is("jump-deep") ? 5 : 0);
	}
}

int main(int argc, char **argv)
{
	word = argc > 1 ? argv[1] : "";
	block = malloc(1);
	sem_init(&sem, 0, 1);
	handle(SIGUSR1, is("tail") ? on_tail : on_usr1, 0);
	handle(SIGUSR2, on_usr2, 0);
	if (is("own-stack") || is("own-stack-jump"))
		on_own_stack();
	if (is("handler-is-exit"))
		handle(SIGUSR1, exit, 0);
	printf("%s\n", "before");
	fflush(stdout);
	send();
	while (wait(NULL) > 0) {
	}
	printf("%s\n", "after");
	return seen == SIGUSR1 || seen == SIGUSR2 ? 0 : 1;
}
