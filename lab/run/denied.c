/*
 * What the sandbox keeps programs from, in words for the log: which rule refused a call, and
 * whether a path that could not be used is one that the sandbox hides. The supervisor knows
 * neither.
 *
 * A path is told of where it leads to what is somebody else's: the folders of a grading
 * (IPCLAB_CLOSED in the environment, a line each), secrets of the machine, and folders of the
 * machine that programs do not see at all. What everybody may read on any machine (/etc, /sys) is
 * looked for by libraries and honest programs; that it is not here is told nowhere.
 */
#include "config.h"

#include <errno.h>
#include <seccomp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "lab/base/path.h"
#include "lab/run/internal.h"

/* ---- calls ---- */

/* As filter.c compares. */
static bool holds(const struct sandbox_rule *r, const uint64_t args[6])
{
	uint64_t arg = args[r->arg];

	switch (r->op) {
	case 0:
		return true;
	case SCMP_CMP_MASKED_EQ:
		return (arg & r->mask) == (r->value & r->mask);
	case SCMP_CMP_EQ:
		return arg == r->value;
	case SCMP_CMP_NE:
		return arg != r->value;
	case SCMP_CMP_GT:
		return arg > r->value;
	case SCMP_CMP_GE:
		return arg >= r->value;
	default:
		return false;
	}
}

static bool find_rule(const struct sandbox_rule *list, size_t count, int nr, const uint64_t args[6],
	struct supervise_refusal *refusal)
{
	for (const struct sandbox_rule *r = list; r < list + count; r++) {
		if (r->nr != nr || !holds(r, args))
			continue;
		*refusal = (struct supervise_refusal){r->name, r->errnum, r->others, r->reason};
		return true;
	}
	return false;
}

/* The rules of reduced isolation make nobody stop where it is full. */
void run_refuses(int nr, const uint64_t args[6], struct supervise_refusal *refusal)
{
	if (!find_rule(sandbox_rules, sandbox_rule_count, nr, args, refusal))
		find_rule(sandbox_reduced_rules, sandbox_reduced_rule_count, nr, args, refusal);
}

/* ---- paths ---- */

static const struct {
	const char *path, *why;
	int errnum; /* only this one; 0: any */
} secrets[] = {
	{"/etc/shadow", "the machine's passwords", 0},
	{"/etc/shadow-", "the machine's passwords", 0},
	{"/etc/gshadow", "the machine's passwords", 0},
	{"/etc/sudoers", "who may be root on the machine", 0},
	{"/etc/sudoers.d", "who may be root on the machine", 0},
	{"/etc/ssh", "the machine's keys", 0},
	{"/etc/ssl/private", "the machine's keys", 0},
	{"/var/mail", "other people's mail", 0},
	{"/var/spool", "other people's mail and jobs", 0},
	{"/var/run/docker.sock", "a way to be root on the machine", 0},
	{"/run/docker.sock", "a way to be root on the machine", 0},
	{"/dev/mem", "the machine's memory", 0},
	{"/dev/kmem", "the machine's memory", 0},
	{"/dev/port", "the machine's hardware", 0},
	{"/dev/kmsg", "the kernel's messages", 0},
	{"/proc/kcore", "the machine's memory", 0},
	{"/proc/kmsg", "the kernel's messages", 0},
	{"/proc/sysrq-trigger", "the machine", 0},
	/* Without a sandbox root alone may write there: EACCES, and nothing to tell. */
	{"/proc/sys", "the kernel's settings", EROFS},
};

/* What is there for everybody, or is asked for by libraries. */
static const char *const usual[] = {"/bin", "/dev", "/etc", "/gnu", "/home/student", "/lab", "/lib",
	"/lib32", "/lib64", "/libx32", "/nix", "/proc", "/run", "/sbin", "/sys", "/tmp", "/usr",
	"/var"};

static bool is_closed(const char *path)
{
	const char *list = getenv("IPCLAB_CLOSED");
	LAB_FREE char *all = lab_xstrdup(list ? list : "");
	char *rest = all;

	for (char *folder; (folder = strsep(&rest, "\n"));)
		if (*folder && path_lies_in(path, folder))
			return true;
	return false;
}

/* The first folder of PATH is one of this machine. */
static bool is_of_machine(const char *path)
{
	LAB_FREE char *top = lab_xprintf("%.*s", (int)(1 + strcspn(path + 1, "/")), path);
	struct stat st;

	return path[1] != '\0' && stat(top, &st) == 0 && S_ISDIR(st.st_mode);
}

const char *run_hides(void *context, const char *path, int errnum)
{
	(void)context;
	if (is_closed(path))
		return "what others handed in, their grades, or the tests";
	for (size_t i = 0; i < sizeof(secrets) / sizeof(*secrets); i++)
		if (path_lies_in(path, secrets[i].path) &&
			(!secrets[i].errnum || secrets[i].errnum == errnum))
			return secrets[i].why;
	for (size_t i = 0; i < sizeof(usual) / sizeof(*usual); i++)
		if (path_lies_in(path, usual[i]))
			return NULL;
	return is_of_machine(path) ? "files of the machine that programs here do not see" : NULL;
}
