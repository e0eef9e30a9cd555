/*
 * Saving, seen from outside. Editors write a file in place, or write another and rename it. When a
 * file is whole, closed or put in its place, we look at once; should there be more to come (some
 * editors do it in several steps, some save again and again), it is waited for until 200 ms have
 * passed in peace, but no longer than a second.
 * What decides is not the event but whether the folder's sources are now others: names, sizes,
 * times of change, inodes.
 */
#include "config.h"

#include "runner/session/watch.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <time.h>
#include <unistd.h>

#include "lab/base/buf.h"
#include "lab/base/fd.h"
#include "lab/base/path.h"
#include "lab/base/rng.h"

#define MS          INT64_C(1000000)
#define WHOLE       (10 * MS)
#define DEBOUNCE    (200 * MS)
#define SETTLE_MOST (1000 * MS)
#define LOOK_EVERY  (1000 * MS)

#define WHOLE_EVENTS (IN_CLOSE_WRITE | IN_MOVED_TO)

static int64_t now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * INT64_C(1000000000) + ts.tv_nsec;
}

/* Editors leave other files beside: .count.c.swp, count.c~, 4913, #count.c#. */
static bool is_source(const char *name)
{
	size_t n = strlen(name);

	return path_name_is_plain(name) &&
	       (strcmp(name, "answers.txt") == 0 ||
		       (n > 2 && name[n - 2] == '.' && (name[n - 1] == 'c' || name[n - 1] == 'h')));
}

/* Any order of the entries gives the same sum. */
static uint64_t look(const char *folder)
{
	DIR *dir = opendir(folder);
	uint64_t sum = 0;

	if (!dir)
		return 0;
	for (struct dirent *d = readdir(dir); d; d = readdir(dir)) {
		BUF_SCOPED all = BUF_INIT;
		struct stat st;

		if (!is_source(d->d_name) || fstatat(dirfd(dir), d->d_name, &st, 0) < 0)
			continue;
		buf_printf(&all, "%s %lld %lld %ld %llu", d->d_name, (long long)st.st_size,
			(long long)st.st_mtim.tv_sec, st.st_mtim.tv_nsec,
			(unsigned long long)st.st_ino);
		sum += rng_hash(all.data, all.len);
	}
	closedir(dir);
	return sum;
}

/* File systems that others change without this kernel's knowing. */
static bool is_remote(const char *folder)
{
	static const unsigned long magic[] = {NFS_SUPER_MAGIC, SMB_SUPER_MAGIC, SMB2_SUPER_MAGIC,
		CIFS_SUPER_MAGIC, V9FS_MAGIC, FUSE_SUPER_MAGIC, AFS_SUPER_MAGIC, CEPH_SUPER_MAGIC,
		CODA_SUPER_MAGIC, 0x786f4256 /* vboxsf, fs/vboxsf/super.c */};
	struct statfs fs;

	if (statfs(folder, &fs) < 0)
		return true;
	for (size_t i = 0; i < sizeof(magic) / sizeof(magic[0]); i++)
		if (((unsigned long)fs.f_type & 0xffffffff) == magic[i])
			return true;
	return false;
}

void watch_init(struct watch *w)
{
	*w = (struct watch){.fd = -1, .wd = -1};
}

void watch_pause(struct watch *w)
{
	int fd = w->fd;

	if (w->wd >= 0)
		inotify_rm_watch(fd, w->wd);
	free(w->folder);
	watch_init(w);
	w->fd = fd;
}

void watch_done(struct watch *w)
{
	fd_close(&w->fd);
	free(w->folder);
	watch_init(w);
}

void watch_folder(struct watch *w, const char *folder, bool poll)
{
	watch_pause(w);
	w->folder = lab_xstrdup(folder);
	if (!poll && !is_remote(folder)) {
		if (w->fd < 0)
			w->fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
		w->wd = inotify_add_watch(w->fd, folder,
			WHOLE_EVENTS | IN_CREATE | IN_MOVED_FROM | IN_DELETE | IN_DELETE_SELF |
				IN_MOVE_SELF | IN_ONLYDIR);
	}
	w->polls = w->wd < 0;
	if (w->polls)
		w->due = now() + LOOK_EVERY;
	w->seen = look(folder);
}

int watch_timeout_ms(const struct watch *w)
{
	int64_t left = w->due - now();

	if (w->due == 0)
		return -1;
	return left <= 0 ? 0 : (int)((left + MS - 1) / MS);
}

/* The folder itself is gone or another: inotify would be silent from now on. */
static bool lost_sight(const struct inotify_event *event)
{
	return event->mask & (IN_IGNORED | IN_MOVE_SELF | IN_UNMOUNT);
}

/* Takes what inotify has; is there something that may matter? *WHOLE: a file that was written to
 * its end. */
static bool take_events(struct watch *w, bool *whole)
{
	_Alignas(struct inotify_event) char bytes[4096];
	bool matters = false;
	ssize_t n;

	*whole = false;
	while (w->fd >= 0 && (n = read(w->fd, bytes, sizeof(bytes))) > 0) {
		for (char *p = bytes; p < bytes + n;) {
			const struct inotify_event *event = (const struct inotify_event *)p;

			p += sizeof(*event) + event->len;
			if (event->wd != w->wd)
				continue; /* of a folder that was watched before */
			if (event->len > 0 && !is_source(event->name))
				continue;
			matters = true;
			*whole |= event->mask & WHOLE_EVENTS;
			w->polls |= lost_sight(event);
		}
	}
	if (w->polls && w->wd >= 0) {
		inotify_rm_watch(w->fd, w->wd);
		w->wd = -1;
	}
	return matters;
}

bool watch_sees_nothing(const struct watch *w)
{
	return w->folder && look(w->folder) == w->seen;
}

bool watch_changed(struct watch *w)
{
	uint64_t sum;
	int64_t t = now(), wait;
	bool whole;

	if (!w->folder)
		return false;
	if (take_events(w, &whole)) {
		wait = whole && t - w->told > DEBOUNCE ? WHOLE : DEBOUNCE;
		if (w->settles == 0)
			w->settles = t + SETTLE_MOST;
		w->due = t + wait < w->settles ? t + wait : w->settles;
	}
	if (w->due == 0 || t < w->due)
		return false;
	w->due = w->polls ? t + LOOK_EVERY : 0;
	w->settles = 0;
	sum = look(w->folder);
	if (sum == w->seen)
		return false;
	w->seen = sum;
	w->told = t;
	return true;
}
