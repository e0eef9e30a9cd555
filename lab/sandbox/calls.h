/*
 * Linux's mount calls of 5.2 to 5.12 and a few constants, for C libraries and kernel headers that
 * are older than the kernel. Numbers from asm-generic/unistd.h: the same on all processors.
 */
#ifndef LAB_SANDBOX_CALLS_H
#define LAB_SANDBOX_CALLS_H

#include <stdint.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef SYS_open_tree
#define SYS_open_tree 428
#endif
#ifndef SYS_move_mount
#define SYS_move_mount 429
#endif
#ifndef SYS_openat2
#define SYS_openat2 437
#endif
#ifndef SYS_mount_setattr
#define SYS_mount_setattr 442
#endif
#ifndef SYS_close_range
#define SYS_close_range 436
#endif
#ifndef AT_RECURSIVE
#define AT_RECURSIVE 0x8000
#endif

#define CALLS_OPEN_TREE_CLONE 1
#define CALLS_MOVE_FROM_EMPTY 0x4 /* MOVE_MOUNT_F_EMPTY_PATH */
#define CALLS_ATTR_RDONLY     0x1
#define CALLS_ATTR_NOSUID     0x2
#define CALLS_ATTR_NODEV      0x4

/* struct mount_attr of linux/mount.h, which does not mix with older sys/mount.h. */
struct calls_mount_attr {
	uint64_t attr_set, attr_clr, propagation, userns_fd;
};

static inline int calls_open_tree(int dir, const char *path, unsigned flags)
{
	return (int)syscall(SYS_open_tree, dir, path, flags);
}

static inline int calls_move_mount(int tree, const char *target)
{
	return (int)syscall(
		SYS_move_mount, tree, "", -100 /* AT_FDCWD */, target, CALLS_MOVE_FROM_EMPTY);
}

static inline int calls_mount_setattr(
	int dir, const char *path, unsigned flags, const struct calls_mount_attr *attr)
{
	return (int)syscall(SYS_mount_setattr, dir, path, flags, attr, sizeof *attr);
}

static inline int calls_close_range(unsigned first, unsigned last)
{
	return (int)syscall(SYS_close_range, first, last, 0u);
}

#endif
