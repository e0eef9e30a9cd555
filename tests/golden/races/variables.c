/*
 * Uses of global and static variables, one for each word on the command line, for
 * tests/unit/test_variables.c. Prints what it comes to.
 */
#define _GNU_SOURCE
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static int plain;
static volatile int careless;
static volatile sig_atomic_t whole;
static atomic_int exact;
static char text[4];
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static sigset_t usr1, before;

/* A signal, and who sends it may go on at any step from here to meet_signal(). */

static int go[2], done[2];

static void let_signal_come(void (*handler)(int))
{
	struct sigaction action = {.sa_handler = handler, .sa_flags = SA_RESTART};
	char byte;

	sigaction(SIGUSR1, &action, NULL);
	if (pipe(go) != 0 || pipe(done) != 0)
		_exit(9);
	if (fork() == 0) {
		if (read(go[0], &byte, 1) != 1 || kill(getppid(), SIGUSR1) != 0 ||
			write(done[1], "", 1) != 1)
			_exit(9);
		_exit(0);
	}
	if (write(go[1], "", 1) != 1)
		_exit(9);
}

static void meet_signal(void)
{
	char byte;

	if (read(done[0], &byte, 1) != 1)
		_exit(9);
	wait(NULL);
}

static void add_plain(int sig)
{
	(void)sig;
	plain++; /* handler-plain */
}

static void add_carelessly(int sig)
{
	(void)sig;
	careless++; /* handler-volatile */
}

static void add_whole(int sig)
{
	(void)sig;
	whole++; /* handler-whole */
}

static void add_exactly(int sig)
{
	(void)sig;
	atomic_fetch_add(&exact, 1); /* handler-exact */
}

static int is_plain(void)
{
	let_signal_come(add_plain);
	plain--; /* plain */
	meet_signal();
	return plain;
}

static int is_volatile(void)
{
	let_signal_come(add_carelessly);
	careless--; /* volatile */
	meet_signal();
	return careless;
}

static int is_whole(void)
{
	let_signal_come(add_whole);
	whole = whole - 1; /* whole */
	meet_signal();
	return whole;
}

static int is_exact(void)
{
	let_signal_come(add_exactly);
	atomic_fetch_sub(&exact, 1); /* exact */
	meet_signal();
	return atomic_load(&exact);
}

static int is_halved(void)
{
	let_signal_come(add_exactly);
	atomic_store(&exact, atomic_load(&exact) - 1); /* halved */
	meet_signal();
	return atomic_load(&exact);
}

static int is_blocked(void)
{
	let_signal_come(add_plain);
	sigprocmask(SIG_BLOCK, &usr1, &before);
	plain--;
	sigprocmask(SIG_SETMASK, &before, NULL);
	meet_signal();
	return plain;
}

/* The load comes before the signal is blocked. */
static int is_blocked_late(void)
{
	let_signal_come(add_carelessly);

	int next = careless - 1; /* late */

	sigprocmask(SIG_BLOCK, &usr1, &before);
	careless = next;
	sigprocmask(SIG_SETMASK, &before, NULL);
	meet_signal();
	return careless;
}

/* A flag is only stored there, and only loaded here. */
static void set_flag(int sig)
{
	(void)sig;
	whole = 1;
}

static int is_flag(void)
{
	int seen = 0;

	let_signal_come(set_flag);
	seen += whole;
	meet_signal();
	return whole - seen < 0;
}

static int of_each_side(void)
{
	let_signal_come(add_whole);
	plain--;
	meet_signal();
	return plain + whole;
}

/* After a fork each has its own. */
static int of_each_process(void)
{
	if (fork() == 0) {
		plain += 2;
		_exit(0);
	}
	plain++;
	wait(NULL);
	return plain - 1;
}

static void *add_in_thread(void *locked)
{
	if (locked)
		pthread_mutex_lock(&lock);
	plain++; /* thread */
	if (locked)
		pthread_mutex_unlock(&lock);
	return NULL;
}

static int of_two_threads(void *locked)
{
	pthread_t one, two;

	pthread_create(&one, NULL, add_in_thread, locked);
	pthread_create(&two, NULL, add_in_thread, locked);
	pthread_join(one, NULL);
	pthread_join(two, NULL);
	return plain - 2;
}

static int of_threads(void)
{
	return of_two_threads(NULL);
}

static int of_threads_locked(void)
{
	return of_two_threads(&lock);
}

/* Read into by a call; a copy of another place is made by the library. */
static int by_call(void)
{
	if (pipe(go) != 0 || write(go[1], "abc", 3) != 3 || read(go[0], text, 3) != 3)
		return 9;
	return strcmp(text, "abc");
}

/* It finds each of the two as it was, time and again, and does not wait: it has changed them. */
static int many_times(void)
{
	for (int i = 0; i < 1000; i++) {
		careless++;
		careless--;
	}
	return careless;
}

/* This one waits. */
static int for_ever(void)
{
	while (!careless) /* waits */
		;
	return 0;
}

int main(int argc, char *argv[])
{
	static const struct {
		const char *word;
		int (*does)(void);
	} all[] = {
		{"plain", is_plain},
		{"volatile", is_volatile},
		{"whole", is_whole},
		{"exact", is_exact},
		{"halved", is_halved},
		{"blocked", is_blocked},
		{"late", is_blocked_late},
		{"flag", is_flag},
		{"sides", of_each_side},
		{"processes", of_each_process},
		{"threads", of_threads},
		{"threads-locked", of_threads_locked},
		{"call", by_call},
		{"many", many_times},
		{"ever", for_ever},
	};

	sigemptyset(&usr1);
	sigaddset(&usr1, SIGUSR1);
	for (size_t i = 0; argc == 2 && i < sizeof(all) / sizeof(all[0]); i++) {
		if (strcmp(argv[1], all[i].word) != 0)
			continue;
		printf("%d\n", all[i].does());
		return 0;
	}
	return 2;
}
