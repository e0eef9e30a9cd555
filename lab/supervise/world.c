/*
 * A world without namespaces: which calls must be translated or confined, and by whom. The table
 * below has only the calls that the log does not know; those of calls.c that concern a world are
 * found by number in world_enter().
 *
 * Silent calls are no steps: they are translated and made at once, at no virtual time, so that a
 * run makes the same choices as in namespaces.
 */
#include "config.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "lab/supervise/call.h"

static const int silent_calls[] = {
	/* paths */
	SYS_stat,
	SYS_lstat,
	SYS_newfstatat,
	SYS_statx,
	SYS_access,
	SYS_faccessat,
	439 /* faccessat2 */,
	SYS_readlink,
	SYS_readlinkat,
	SYS_chdir,
	SYS_rmdir,
	SYS_mkdirat,
	SYS_symlink,
	SYS_symlinkat,
	SYS_linkat,
	SYS_renameat,
	SYS_renameat2,
	SYS_statfs,
	SYS_inotify_add_watch,
	SYS_getcwd,
	437 /* openat2 */,
	/* ... that Landlock lets pass */
	SYS_chmod,
	SYS_fchmodat,
	452 /* fchmodat2 */,
	SYS_chown,
	SYS_lchown,
	SYS_fchownat,
	SYS_utime,
	SYS_utimes,
	SYS_futimesat,
	SYS_utimensat,
	SYS_fchmod,
	SYS_fchown,
	/* processes */
	434 /* pidfd_open */,
};

size_t supervise_world_calls(struct supervise_traced *list, size_t most)
{
	size_t n = sizeof(silent_calls) / sizeof(silent_calls[0]);

	for (size_t i = 0; i < n && i < most; i++)
		list[i] = (struct supervise_traced){.nr = silent_calls[i]};
	return n < most ? n : most;
}

enum enter world_refuse(struct tracee *t, int errnum)
{
	arch_skip(&t->regs, -errnum);
	return ENTER_SKIP;
}

/* As RLIMIT_NPROC would have it in a user namespace: for processes and threads. */
static enum enter count_tasks(struct supervisor *s, struct tracee *t)
{
	return supervise_alive_count(s) >= s->config.world->processes ? world_refuse(t, EAGAIN)
								      : ENTER_MAKE;
}

static enum enter enter_number(struct supervisor *s, struct tracee *t, int64_t nr)
{
	switch (nr) {
	case SYS_fork:
	case SYS_vfork:
	case SYS_clone:
		return count_tasks(s, t);
	case SYS_kill:
	case SYS_tkill:
	case SYS_tgkill:
	case SYS_rt_sigqueueinfo:
	case SYS_rt_tgsigqueueinfo:
	case SYS_pidfd_send_signal:
	case SYS_fcntl:
	case SYS_ioctl:
	case 434: /* pidfd_open */
		return world_confine_signal(s, t);
	case SYS_bind:
	case SYS_connect:
	case SYS_sendto:
	case SYS_sendmsg:
	case SYS_sendmmsg:
		return world_confine_socket(s, t);
	case SYS_mq_open:
	case SYS_mq_unlink:
	case SYS_shmget:
	case SYS_shmat:
	case SYS_shmctl:
	case SYS_semget:
	case SYS_semop:
	case SYS_semtimedop:
	case SYS_semctl:
	case SYS_msgget:
	case SYS_msgsnd:
	case SYS_msgrcv:
	case SYS_msgctl:
		return world_name_object(s, t);
	default:
		return world_knows_paths_of(nr) ? world_translate_paths(s, t) : ENTER_MAKE;
	}
}

enum enter world_enter(struct supervisor *s, struct tracee *t)
{
	return enter_number(s, t, arch_number(&t->entry));
}

int64_t world_leave(struct supervisor *s, struct tracee *t, int64_t result)
{
	switch (arch_number(&t->entry)) {
	case SYS_getppid:
		return result == s->config.world->reaper ? 1 : result;
	case SYS_mq_open:
	case SYS_shmget:
	case SYS_semget:
	case SYS_msgget:
	case SYS_shmctl:
	case SYS_semctl:
	case SYS_msgctl:
		return world_object_result(s, t, result);
	case SYS_open:
	case SYS_openat:
	case SYS_creat:
		world_check_opened(s, t, result);
		return result;
	default:
		return result;
	}
}

static void resume(struct supervisor *s, struct tracee *t, int request)
{
	t->state = MOVING;
	if (ptrace(request, t->tid, NULL, NULL) < 0 && errno != ESRCH)
		supervisor_fail(s, "resume t%d", t->index);
}

bool world_enter_silent(struct supervisor *s, struct tracee *t)
{
	int64_t nr = arch_number(&t->regs);
	enum enter how;
	bool ours = false;

	for (size_t i = 0; i < sizeof(silent_calls) / sizeof(silent_calls[0]); i++)
		ours = ours || silent_calls[i] == nr;
	if (!ours)
		return false;
	t->entry = t->regs;
	t->rewritten = false;
	how = enter_number(s, t, nr);
	if ((how != ENTER_MAKE || t->rewritten) && arch_write(t->tid, &t->regs) < 0 &&
		errno != ESRCH)
		supervisor_fail(s, "write the registers of t%d", t->index);
	t->silent = how == ENTER_MAKE;
	resume(s, t, t->silent ? PTRACE_SYSCALL : PTRACE_CONT);
	return true;
}

void world_leave_silent(struct supervisor *s, struct tracee *t)
{
	int64_t result = arch_result(&t->regs), shown;

	t->silent = false;
	if (t->rewritten)
		arch_restore(&t->regs, &t->entry);
	if (arch_number(&t->entry) == 437 /* openat2 */)
		world_check_opened(s, t, result);
	shown = world_plain_result(s, t, result);
	arch_set_result(&t->regs, shown);
	if ((t->rewritten || shown != result) && arch_write(t->tid, &t->regs) < 0 && errno != ESRCH)
		supervisor_fail(s, "write the registers of t%d", t->index);
	t->rewritten = false;
	resume(s, t, PTRACE_CONT);
}

/* Red zone of the System V ABI for x86-64, and more where others are larger. Process memory first;
 * where the stack has not grown so far yet, by /proc/PID/mem, for which the kernel lets it grow. */
#define BELOW     512
#define SLOT_SIZE 4352

uint64_t world_scratch(struct tracee *t, unsigned slot, const void *bytes, size_t len)
{
	uint64_t at = (arch_sp(&t->regs) - BELOW - (slot + 1) * SLOT_SIZE) & ~(uint64_t)15;
	char path[64];
	bool written;
	FILE *memory;

	if (len > SLOT_SIZE)
		return 0;
	if (tracee_write(t, at, bytes, len))
		return at;
	snprintf(path, sizeof(path), "/proc/%d/mem", (int)t->tid);
	memory = fopen(path, "r+e");
	if (!memory)
		return 0;
	setvbuf(memory, NULL, _IONBF, 0);
	written = fseeko(memory, (off_t)at, SEEK_SET) == 0 && fwrite(bytes, len, 1, memory) == 1;
	fclose(memory);
	return written ? at : 0;
}
