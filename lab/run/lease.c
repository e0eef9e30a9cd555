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

static bool take(int cpu)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	FD_SCOPED fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	int n = snprintf(address.sun_path + 1, sizeof(address.sun_path) - 1, "ipclab-cpu-%d", cpu);

	if (fd < 0 ||
		bind(fd, (struct sockaddr *)&address,
			(socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + (size_t)n)) < 0)
		return false;
	fd_keep(&fd); /* for as long as this process lives */
	return true;
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
	static int leased = -1;
	cpu_set_t mask;

	if (leased >= 0 || sched_getaffinity(0, sizeof(mask), &mask) < 0)
		return leased;
	for (int cpu = 0; cpu < CPU_SETSIZE && leased < 0; cpu++)
		if (CPU_ISSET(cpu, &mask) && take(cpu))
			leased = cpu;
	if (leased < 0)
		leased = sched_getcpu();
	leased = pin(leased);
	return leased;
}
