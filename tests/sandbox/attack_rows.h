/*
 * Attacks, and what comes of them. Here stand those that fare alike with full and with reduced
 * isolation; test_attacks.c and test_reduced.c add what only one of them promises, or otherwise.
 */
#ifndef TESTS_SANDBOX_ATTACK_ROWS_H
#define TESTS_SANDBOX_ATTACK_ROWS_H

#include <signal.h>

#define EXITED(n) ((n) << 8)

struct attack_row {
	const char *words[4];
	const char *tries;
	const char *output; /* NULL: any */
	int status;
	const char *left; /* NULL: nothing; "*": whatever */
};

/* clang-format off */
#define ATTACKS_ALIKE \
	{{"fork-bomb"}, "take all processes", "fork: EAGAIN\n", 0, NULL}, \
	{{"threads"}, "take all processes by threads", "pthread_create: EAGAIN\n", 0, NULL}, \
	{{"private-memory"}, "take all memory", "mmap private, MiB: ENOMEM\n", 0, NULL}, \
	{{"shared-memory"}, "take all memory, shared", "mmap shared, MiB: ENOMEM\n", 0, NULL}, \
	{{"memory-file"}, "take all memory as a file", \
		"write memfd, MiB: EFBIG\nftruncate memfd to 1 TiB: EFBIG\n", 0, NULL}, \
	{{"system-v-memory"}, "take all memory as System V segments, detached", \
		"shmget of 32 MiB: EINVAL\nshmget, MiB: ENOSPC\n", 0, \
		"sysv-shm IPC_PRIVATE, id 0\nsysv-shm IPC_PRIVATE, id 1\n" \
		"sysv-shm IPC_PRIVATE, id 2\nsysv-shm IPC_PRIVATE, id 3\n" \
		"sysv-shm IPC_PRIVATE, id 4\nsysv-shm IPC_PRIVATE, id 5\n" \
		"sysv-shm IPC_PRIVATE, id 6\nsysv-shm IPC_PRIVATE, id 7\n" \
		"sysv-shm IPC_PRIVATE, id 8\nsysv-shm IPC_PRIVATE, id 9\n" \
		"sysv-shm IPC_PRIVATE, id 10\nsysv-shm IPC_PRIVATE, id 11\n" \
		"sysv-shm IPC_PRIVATE, id 12\nsysv-shm IPC_PRIVATE, id 13\n" \
		"sysv-shm IPC_PRIVATE, id 14\nsysv-shm IPC_PRIVATE, id 15\n"}, \
	{{"sparse-file"}, "make a file of 1 TiB", "ftruncate to 1 TiB: EFBIG\n", 0, \
		"file /home/student/sparse\n"}, \
	{{"descriptors"}, "take all descriptors", "dup: EMFILE\n", 0, NULL}, \
	{{"core"}, "leave a core file", "", SIGABRT, NULL}, \
	{{"cripple"}, "take init's descriptors, so that it reports nothing", \
		"prlimit init: EPERM\nprlimit parent: EPERM\nleave a file: ok\n", 0, "shm /here\n"}, \
	{{"new-namespaces"}, "gain capabilities in a namespace of one's own", \
		"unshare user: EPERM\nunshare mount: EPERM\nclone user: EPERM\nclone pid: EPERM\n" \
		"clone3: ENOSYS\nremount /: EPERM\nbind: EPERM\numount /proc/sys: EPERM\n" \
		"chroot: EPERM\n", \
		0, NULL}, \
	{{"every-rule"}, "each call of the table of refused calls", "0 rules do not hold\n", 0, \
		NULL}, \
	{{"foreign-call"}, "calls of the 32-bit table, which the filter does not know", "", SIGSYS, \
		NULL}, \
	{{"kill-init"}, "kill PID 1", "SIGKILL: ok\nSIGSTOP: ok\nSIGTERM: ok\n", 0, NULL}, \
	{{"daemon", "@"}, "leave a daemon", "", 0, NULL}, \
	{{"close-all"}, "close all descriptors", "", EXITED(3), NULL}
/* clang-format on */

#endif
