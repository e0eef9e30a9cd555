/* Which exercises of a course were saved, by inotify: see saved.h. */
#include "config.h"

#include "runner/verify/saved.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "lab/base/buf.h"
#include "lab/base/fd.h"
#include "lab/base/path.h"
#include "runner/verify/folder.h"

/* Editors write a file in several steps. */
#define REST_MS 100
#define EVENTS  (IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE | IN_CREATE)

struct saved_folder {
	int wd;
	char *below; /* "04-pipes/02-eof-or-hang", "04-pipes", ...: below one of the trees */
};

static int watch_folder(struct saved *s, const char *path, const char *below, struct lab_error *e)
{
	int wd = inotify_add_watch(s->fd, path, EVENTS | IN_ONLYDIR);

	if (wd < 0 && (errno == ENOENT || errno == ENOTDIR))
		return 0; /* it went while we looked */
	if (wd < 0)
		return lab_fail_errno(e, LAB_BROKEN, "watch \"%s\"", path);
	for (size_t i = 0; i < s->folder_count; i++)
		if (s->folders[i].wd == wd)
			return 0;
	s->folders = lab_xrealloc(s->folders, (s->folder_count + 1) * sizeof(*s->folders));
	s->folders[s->folder_count++] = (struct saved_folder){wd, lab_xstrdup(below)};
	return 0;
}

/* PATH, which is BELOW in its tree, and what lies in it. */
static int watch_tree(struct saved *s, const char *path, const char *below, struct lab_error *e)
{
	FOLDER_SCOPED folder = {0};

	if (watch_folder(s, path, below, e) < 0)
		return -1;
	if (folder_read(&folder, path, NULL) < 0)
		return 0;
	for (size_t i = 0; i < folder.count; i++) {
		LAB_FREE char *inside = path_join(path, folder.names[i]);
		LAB_FREE char *name = path_join(below, folder.names[i]);

		if (path_is_dir(inside) && watch_tree(s, inside, name, e) < 0)
			return -1;
	}
	return 0;
}

/* New folders, too; those that are watched already stay so. */
static int watch_all(struct saved *s, struct lab_error *e)
{
	static const char *const trees[] = {"exercises", "solutions", "tests/exercises"};

	for (size_t i = 0; i < sizeof(trees) / sizeof(trees[0]); i++) {
		LAB_FREE char *path = path_join(s->dir, trees[i]);

		if (path_is_dir(path) && watch_tree(s, path, "", e) < 0)
			return -1;
	}
	return 0;
}

int saved_open(struct saved *s, const char *dir, struct lab_error *e)
{
	*s = (struct saved){.dir = realpath(dir, NULL), .fd = -1};
	if (!s->dir)
		return lab_fail_errno(e, LAB_USAGE, "watch \"%s\"", dir);
	s->fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	if (s->fd < 0)
		return lab_fail_errno(e, LAB_BROKEN, "inotify_init1");
	return watch_all(s, e);
}

/* What editors leave beside a file while they write it. */
static bool is_passing(const char *name)
{
	size_t len = strlen(name);

	return name[0] == '.' || name[0] == '#' || name[len - 1] == '~' ||
	       strspn(name, "0123456789") == len;
}

/* The first two parts of BELOW/NAME, without ".c", if it has them. */
static char *exercise_of(const char *below, const char *name)
{
	LAB_FREE char *path = path_join(below, name);
	char *slash = strchr(path, '/');

	if (!slash)
		return NULL;
	slash[1 + strcspn(slash + 1, "/.")] = '\0';
	return strcmp(slash, "/README") == 0 ? NULL : lab_xstrdup(path);
}

bool saved_has(const struct saved *s, const char *id)
{
	for (size_t i = 0; i < s->seen.count; i++)
		if (strcmp(s->seen.list[i], id) == 0)
			return true;
	return false;
}

void saved_again(struct saved *s, const char *id)
{
	struct saved_ids *seen = &s->seen;

	if (saved_has(s, id))
		return;
	seen->list = lab_xrealloc(seen->list, (seen->count + 1) * sizeof(*seen->list));
	seen->list[seen->count++] = lab_xstrdup(id);
}

static void take(struct saved *s, const struct inotify_event *event)
{
	LAB_FREE char *id = NULL;

	if (event->len == 0 || is_passing(event->name))
		return;
	for (size_t i = 0; i < s->folder_count && !id; i++)
		if (s->folders[i].wd == event->wd)
			id = exercise_of(s->folders[i].below, event->name);
	if (id)
		saved_again(s, id);
}

void saved_look(struct saved *s)
{
	char events[16384] __attribute__((aligned(__alignof__(struct inotify_event))));
	ssize_t n;

	while ((n = read(s->fd, events, sizeof(events))) > 0)
		for (char *p = events; p < events + n;) {
			const struct inotify_event *event = (const struct inotify_event *)p;

			take(s, event);
			p += sizeof(*event) + event->len;
		}
}

void saved_ids_done(struct saved_ids *ids)
{
	for (size_t i = 0; i < ids->count; i++)
		free(ids->list[i]);
	free(ids->list);
	*ids = (struct saved_ids){0};
}

static bool is_exercise(const struct saved *s, const char *id)
{
	LAB_FREE char *text = lab_xprintf("%s/exercises/%s", s->dir, id);
	LAB_FREE char *test = lab_xprintf("%s/tests/exercises/%s.c", s->dir, id);

	return path_is_dir(text) || path_is_file(test);
}

/* Without what was only there while an editor wrote. 0: then there is nothing. */
static int tell(struct saved *s, struct saved_ids *ids, struct lab_error *e)
{
	if (watch_all(s, e) < 0)
		return -1;
	*ids = (struct saved_ids){s->seen.list, 0};
	for (size_t i = 0; i < s->seen.count; i++)
		if (is_exercise(s, s->seen.list[i]))
			ids->list[ids->count++] = s->seen.list[i];
		else
			free(s->seen.list[i]);
	s->seen = (struct saved_ids){0};
	if (ids->count > 0)
		return 1;
	saved_ids_done(ids);
	return 0;
}

int saved_next(struct saved *s, int cancel_fd, struct saved_ids *ids, struct lab_error *e)
{
	struct pollfd fds[] = {
		{.fd = s->fd, .events = POLLIN}, {.fd = cancel_fd, .events = POLLIN}};

	for (;;) {
		int ready = poll(fds, 2, s->seen.count > 0 ? REST_MS : -1), told = 0;

		if (ready < 0 && errno != EINTR)
			return lab_fail_errno(e, LAB_BROKEN, "poll");
		if (ready > 0 && fds[1].revents)
			return 0;
		if (ready == 0 && (told = tell(s, ids, e)) != 0)
			return told;
		if (ready > 0)
			saved_look(s);
	}
}

void saved_done(struct saved *s)
{
	saved_ids_done(&s->seen);
	for (size_t i = 0; i < s->folder_count; i++)
		free(s->folders[i].below);
	free(s->folders);
	fd_close(&s->fd);
	free(s->dir);
	*s = (struct saved){.fd = -1};
}
