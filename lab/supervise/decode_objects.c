/*
 * Arguments of calls that use objects without a descriptor: futexes and what System V has; and
 * those of message queues that a row of the table cannot say.
 */
#include "config.h"

#include <fcntl.h>
#include <linux/futex.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/sem.h>
#include <sys/syscall.h>

#include "lab/supervise/call.h"

#define SEM_VALUES_MOST 64 /* that an event tells */

void decode_futex(struct supervisor *s, struct tracee *t, struct event *e)
{
	static const char *const names[] = {"FUTEX_WAIT", "FUTEX_WAKE", "FUTEX_FD", "FUTEX_REQUEUE",
		"FUTEX_CMP_REQUEUE", "FUTEX_WAKE_OP", "FUTEX_LOCK_PI", "FUTEX_UNLOCK_PI",
		"FUTEX_TRYLOCK_PI", "FUTEX_WAIT_BITSET", "FUTEX_WAKE_BITSET"};
	unsigned op = arch_argument(&t->entry, 1) & FUTEX_CMD_MASK;

	event_add_text(
		s->log, e, "op", op < sizeof(names) / sizeof(names[0]) ? names[op] : "FUTEX");
	event_add_text(
		s->log, e, "obj", object_of_address(s, t, "futex", arch_argument(&t->entry, 0)));
}

void decode_mq_open(struct supervisor *s, struct tracee *t, struct event *e)
{
	uint64_t attr = arch_argument(&t->entry, 3);
	long values[4];

	(void)s;
	if (!attr || !(arch_argument(&t->entry, 1) & O_CREAT) ||
		!tracee_read(t, attr, values, sizeof(values)))
		return;
	event_add_int(s->log, e, "maxmsg", values[1]);
	event_add_int(s->log, e, "msgsize", values[2]);
}

void decode_mq_send(struct supervisor *s, struct tracee *t, struct event *e)
{
	event_add_int(s->log, e, "prio", (int64_t)(uint32_t)arch_argument(&t->entry, 3));
}

/* How the caller wants to be told of a message; nothing: not any more. */
void decode_mq_notify(struct supervisor *s, struct tracee *t, struct event *e)
{
	uint64_t at = arch_argument(&t->entry, 1);
	struct sigevent event;

	if (!at) {
		event_add_text(s->log, e, "how", "removed");
		return;
	}
	if (!tracee_read(t, at, &event, offsetof(struct sigevent, _sigev_un)))
		return;
	event_add_text(s->log, e, "how",
		event.sigev_notify == SIGEV_SIGNAL   ? "signal"
		: event.sigev_notify == SIGEV_THREAD ? "thread"
						     : "none");
	if (event.sigev_notify == SIGEV_SIGNAL)
		event_add_text(s->log, e, "sig", signal_name(event.sigev_signo));
}

static const char *sysv_kind(int64_t nr)
{
	switch (nr) {
	case SYS_semop:
	case SYS_semtimedop:
	case SYS_semctl:
	case SYS_semget:
		return "sysv-sem";
	case SYS_msgsnd:
	case SYS_msgrcv:
	case SYS_msgctl:
	case SYS_msgget:
		return "sysv-msg";
	default:
		return "sysv-shm";
	}
}

/* Of semctl(2), msgctl(2), shmctl(2). */
static void decode_sysv_command(struct supervisor *s, struct event *e, int cmd)
{
	static const struct {
		int cmd;
		const char *name;
	} commands[] = {
		{IPC_RMID, "IPC_RMID"},
		{IPC_SET, "IPC_SET"},
		{IPC_STAT, "IPC_STAT"},
		{GETPID, "GETPID"},
		{GETVAL, "GETVAL"},
		{GETALL, "GETALL"},
		{GETNCNT, "GETNCNT"},
		{GETZCNT, "GETZCNT"},
		{SETVAL, "SETVAL"},
		{SETALL, "SETALL"},
	};

	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		if (commands[i].cmd == cmd) {
			event_add_text(s->log, e, "cmd", commands[i].name);
			return;
		}
	event_add_int(s->log, e, "cmd", cmd);
}

/* SETVAL and SETALL: what the semaphores are to be. */
static void decode_sem_values(struct supervisor *s, struct tracee *t, struct event *e, int cmd)
{
	unsigned short values[SEM_VALUES_MOST];
	uint64_t argument = arch_argument(&t->entry, 3);
	unsigned count = object_size(s, event_text(e, "obj"));
	BUF_SCOPED b = BUF_INIT;

	if (cmd == SETVAL)
		event_add_int(s->log, e, "value", (int)argument);
	if (cmd != SETALL || count == 0 || count > SEM_VALUES_MOST ||
		!tracee_read(t, argument, values, count * sizeof(values[0])))
		return;
	for (unsigned i = 0; i < count; i++)
		buf_printf(&b, "%s%u", i ? " " : "", values[i]);
	event_add_text(s->log, e, "values", buf_text(&b));
}

void decode_sysv(struct supervisor *s, struct tracee *t, struct event *e)
{
	char key[32];
	int64_t nr = arch_number(&t->entry);
	int cmd;

	snprintf(key, sizeof(key), "%s:%d", sysv_kind(nr), (int)arch_argument(&t->entry, 0));
	event_add_text(s->log, e, "obj", object_id(s, sysv_kind(nr), key));
	if (nr != SYS_semctl && nr != SYS_msgctl && nr != SYS_shmctl)
		return;
	cmd = (int)arch_argument(&t->entry, nr == SYS_semctl ? 2 : 1) & 0xff;
	decode_sysv_command(s, e, cmd);
	if (nr == SYS_semctl)
		decode_sem_values(s, t, e, cmd);
}

void decode_semop(struct supervisor *s, struct tracee *t, struct event *e)
{
	struct sembuf ops[8];
	uint64_t count = arch_argument(&t->entry, 2);
	BUF_SCOPED b = BUF_INIT;

	decode_sysv(s, t, e);
	if (count > 8)
		count = 8;
	if (!tracee_read(t, arch_argument(&t->entry, 1), ops, count * sizeof(ops[0])))
		return;
	for (uint64_t i = 0; i < count; i++)
		buf_printf(&b, "%s%u:%+d%s", i ? "," : "", ops[i].sem_num, ops[i].sem_op,
			ops[i].sem_flg & SEM_UNDO ? "/undo" : "");
	event_add_text(s->log, e, "ops", buf_text(&b));
}

void decode_msg(struct supervisor *s, struct tracee *t, struct event *e)
{
	long type;

	decode_sysv(s, t, e);
	if (arch_number(&t->entry) == SYS_msgsnd &&
		tracee_read(t, arch_argument(&t->entry, 1), &type, sizeof(type)))
		event_add_int(s->log, e, "type", type);
}
