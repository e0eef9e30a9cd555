/*
 * A supervisor and its tracees share one processor (a stop costs a tenth of what it costs across
 * two). Which one: the first of the caller's mask that no other supervisor of this machine has
 * taken. A lease is a bound abstract socket: it ends with the process, however that ends. Where all
 * are taken, the one we are on is shared: slower, never wrong.
 */
#include "config.h"

#include <sched.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "lab/base/fd.h"
#include "lab/run/internal.h"

static int leased = -1;
static cpu_set_t mask; /* what the process was given, before it took one of them */

/* Holds CPU as long as it is open; -1: somebody else does. */
static int take(int cpu)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	FD_SCOPED fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	int n = snprintf(address.sun_path + 1, sizeof(address.sun_path) - 1, "ipclab-cpu-%d", cpu);

	if (fd < 0 ||
		bind(fd, (struct sockaddr *)&address,
			(socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + (size_t)n)) < 0)
		return -1;
	return fd_keep(&fd);
}

/* The first that is free; *CPU says which. */
static int take_any(int *cpu)
{
	int fd = -1;

	for (*cpu = 0; *cpu < CPU_SETSIZE; ++*cpu)
		if (*cpu != leased && CPU_ISSET(*cpu, &mask) && (fd = take(*cpu)) >= 0)
			break;
	return fd;
}

static int pin(int cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	return sched_setaffinity(0, sizeof(set), &set) == 0 ? cpu : -1;
}

int lease_cpu(void)
{
	int cpu;

	if (leased >= 0 || sched_getaffinity(0, sizeof(mask), &mask) < 0)
		return leased;
	leased = pin(take_any(&cpu) >= 0 ? cpu : sched_getcpu()); /* for as long as we live */
	return leased;
}

int run_processor_take(int *cpu)
{
	return leased < 0 ? -1 : take_any(cpu);
}

void run_processor_move(int cpu)
{
	leased = pin(cpu);
}
