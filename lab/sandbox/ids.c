/*
 * Who students' processes are: the uid and gid of a sandbox's own root become ones of the host that
 * own nothing. Written by the owner, into the maps of init's new user namespace.
 */
#include "config.h"

#include "lab/sandbox/sandbox.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include "lab/sandbox/inside.h"

static int write_map(pid_t pid, const char *file, unsigned inside, unsigned outside)
{
	char path[64], line[48];

	snprintf(path, sizeof path, "/proc/%d/%s", (int)pid, file);
	snprintf(line, sizeof line, "%u %u 1", inside, outside);
	return inside_write_file(path, line);
}

static int write_maps(
	pid_t pid, unsigned inside_uid, unsigned inside_gid, unsigned uid, unsigned gid)
{
	char path[64];

	snprintf(path, sizeof path, "/proc/%d/setgroups", (int)pid);
	if (inside_write_file(path, "deny") < 0 || write_map(pid, "gid_map", inside_gid, gid) < 0)
		return -1;
	return write_map(pid, "uid_map", inside_uid, uid);
}

/* Whether our uid 0 may be the machine's: students' code may not have that. */
static bool root_may_be_real(void)
{
	unsigned inside, outside;
	FILE *f = fopen("/proc/self/uid_map", "re");
	bool real = true;

	while (f && fscanf(f, "%u %u %*u", &inside, &outside) == 2) {
		if (inside == 0)
			real = outside == 0;
	}
	if (f)
		fclose(f);
	return real;
}

/* Students' processes get a host uid that is not root's and owns nothing: of the range that
 * systemd's "Users, Groups, UIDs and GIDs" leaves to nobody, and low enough for the maps of most
 * containers; else the overflow uid. */
static int map_as_root(pid_t pid, char *go, struct lab_error *e)
{
	static const unsigned ids[] = {65533, 65534};

	for (size_t i = 0; i < sizeof ids / sizeof *ids; i++) {
		if (write_map(pid, "gid_map", 0, ids[i]) == 0 &&
			write_map(pid, "uid_map", 0, ids[i]) == 0) {
			*go = SANDBOX_GO_DROP_GROUPS;
			return 0;
		}
	}
	/* Root of a user namespace that has no other id: outside that is an ordinary user. */
	if (!root_may_be_real() && write_maps(pid, 0, 0, 0, 0) == 0)
		return 0;
	return lab_fail_errno(e, LAB_UNSUPPORTED,
		"no unprivileged uid to be had here (map uid and gid 65533 or 65534 into this "
		"container, or start the lab as an ordinary user): write uid_map");
}

int sandbox_map_ids(pid_t pid, bool own_root, char *go, struct lab_error *e)
{
	if (own_root && geteuid() == 0)
		return map_as_root(pid, go, e);
	if (write_maps(pid, own_root ? 0 : geteuid(), own_root ? 0 : getegid(), geteuid(),
		    getegid()) < 0)
		return lab_fail_errno(e, LAB_UNSUPPORTED, "write uid_map, %s", sandbox_mend(errno));
	return 0;
}
