/*
 * The reader of race_text.h.
 */
#include "config.h"

#include "tests/unit/race_text.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct words {
	int task;
	char op[16], key, rest[3][24]; /* rest: from the first argument on */
	uint64_t begin, end;           /* of the argument that is a range, or 0-8 */
};

static bool word_is(const struct words *w, const char *word)
{
	return !strcmp(w->rest[1], word) || !strcmp(w->rest[2], word);
}

/* The argument after the key as a number. */
static unsigned number(const struct words *w, unsigned usual)
{
	return w->rest[1][0] ? (unsigned)strtoul(w->rest[1], NULL, 10) : usual;
}

static enum race_order order(const struct words *w)
{
	static const char *const names[] = {"rlx", "con", "acq", "rel", "acqrel", "sc"};

	for (int i = 0; i < 6; i++) {
		if (word_is(w, names[i]) || !strcmp(w->rest[0], names[i]))
			return (enum race_order)i;
	}
	return RACE_RELAXED;
}

static bool tell_access(struct race *r, const struct words *w)
{
	static const char *const names[] = {"r", "w", "vr", "vw", "ar", "aw", "au"};
	struct race_access a = {.object = (uint64_t)w->key,
		.offset = w->begin,
		.size = w->end - w->begin,
		.order = order(w)};

	for (int i = 0; i < 7; i++) {
		if (strcmp(w->op, names[i]))
			continue;
		a.kind = (enum race_kind)i;
		race_access(r, w->task, &a);
		return true;
	}
	return false;
}

static bool tell_task(struct race *r, const struct words *w)
{
	int other = atoi(w->rest[0]);

	if (!strcmp(w->op, "fork"))
		race_fork(r, w->task, other);
	else if (!strcmp(w->op, "exit"))
		race_exit(r, w->task);
	else if (!strcmp(w->op, "join"))
		race_join(r, w->task, other);
	else if (!strcmp(w->op, "gone"))
		race_gone(r, w->task);
	else if (!strcmp(w->op, "exec"))
		race_exec(r, w->task);
	else if (!strcmp(w->op, "edge"))
		race_edge(r, w->task, other);
	else if (!strcmp(w->op, "fence"))
		race_fence(r, w->task, order(w));
	else if (!strcmp(w->op, "sig"))
		race_handler_set(r, w->task, other);
	else if (!strcmp(w->op, "block"))
		race_blocked(r, w->task, (uint64_t)1 << (other - 1));
	else if (!strcmp(w->op, "unblock"))
		race_blocked(r, w->task, 0);
	else if (!strcmp(w->op, "handler"))
		race_handler_begin(r, w->task, other);
	else if (!strcmp(w->op, "end"))
		race_handler_end(r, w->task);
	else
		return false;
	return true;
}

static bool tell_lock(struct race *r, const struct words *w)
{
	uint64_t key = (uint64_t)w->key;

	if (!strcmp(w->op, "rel"))
		race_release(r, w->task, key);
	else if (!strcmp(w->op, "acq"))
		race_acquire(r, w->task, key);
	else if (!strcmp(w->op, "lock"))
		race_lock(r, w->task, key, word_is(w, "sh"));
	else if (!strcmp(w->op, "unlock"))
		race_unlock(r, w->task, key);
	else if (!strcmp(w->op, "lockr"))
		race_lock_range(r, w->task, key, 0, w->begin, w->end, word_is(w, "sh"));
	else if (!strcmp(w->op, "unlockr"))
		race_unlock_range(r, w->task, key, 0, w->begin, w->end);
	else if (!strcmp(w->op, "file-lock"))
		race_lock_range(r, w->task, key, number(w, 1), 0, UINT64_MAX, word_is(w, "sh"));
	else if (!strcmp(w->op, "file-unlock"))
		race_unlock_range(r, w->task, key, number(w, 1), 0, UINT64_MAX);
	else if (!strcmp(w->op, "file-leave"))
		race_leave(r, w->task, key, number(w, 1));
	else if (!strcmp(w->op, "set"))
		race_sem_set(r, w->task, key, number(w, 0));
	else if (!strcmp(w->op, "post"))
		race_sem_post(r, w->task, key, number(w, 1));
	else if (!strcmp(w->op, "wait"))
		race_sem_wait(r, w->task, key, number(w, 1));
	else if (!strcmp(w->op, "zero"))
		race_sem_zero(r, w->task, key);
	else if (!strcmp(w->op, "look"))
		race_sem_look(r, w->task, key);
	else if (!strcmp(w->op, "arrive"))
		race_arrive(r, w->task, key);
	else if (!strcmp(w->op, "depart"))
		race_depart(r, w->task, key);
	else
		return false;
	return true;
}

static bool tell_channel(struct race *r, const struct words *w)
{
	uint64_t key = (uint64_t)w->key;

	if (!strcmp(w->op, "send"))
		race_send(r, w->task, key, number(w, 0));
	else if (!strcmp(w->op, "recv"))
		race_receive(r, w->task, key, number(w, 0));
	else if (!strcmp(w->op, "put"))
		race_write(r, w->task, key, number(w, 1));
	else if (!strcmp(w->op, "get"))
		race_read(r, w->task, key, number(w, 1));
	else if (!strcmp(w->op, "peek"))
		race_peek(r, w->task, key, number(w, 1));
	else if (!strcmp(w->op, "forget"))
		race_forget(r, key, w->begin, w->end);
	else if (!strcmp(w->op, "forget-lock"))
		race_forget_lock(r, key);
	else if (!strcmp(w->op, "forget-sem"))
		race_forget_sem(r, key);
	else if (!strcmp(w->op, "forget-barrier"))
		race_forget_barrier(r, key);
	else if (!strcmp(w->op, "forget-channel"))
		race_forget_channel(r, key);
	else
		return false;
	return true;
}

void race_tell(struct race *r, const char *text)
{
	LAB_FREE char *copy = lab_xstrdup(text);
	uint64_t step = 0, site = 0;
	char *rest = copy;

	for (char *one = strtok_r(copy, ";", &rest); one; one = strtok_r(NULL, ";", &rest)) {
		struct words w = {.end = 8};
		int count = sscanf(one, "%d %15s %23s %23s %23s", &w.task, w.op, w.rest[0],
			w.rest[1], w.rest[2]);

		ck_assert_msg(count >= 2, "\"%s\": not an operation", one);
		w.key = w.rest[0][0];
		if (!strcmp(w.rest[1], "all"))
			w.end = UINT64_MAX;
		else
			(void)sscanf(w.rest[1], "%lu-%lu", &w.begin, &w.end);
		race_at(r, ++step, site + 1);
		if (tell_access(r, &w))
			site++;
		else
			ck_assert_msg(tell_task(r, &w) || tell_lock(r, &w) || tell_channel(r, &w),
				"\"%s\": unknown", one);
	}
}

void race_told(const struct race *r, struct buf *out)
{
	for (size_t i = 0; i < race_report_count(r); i++) {
		const struct race_report *report = race_report(r, i);

		buf_printf(out, "%s%c-%c", i ? " " : "", (char)('a' + report->first.site - 1),
			(char)('a' + report->second.site - 1));
	}
	if (!race_report_count(r))
		buf_puts(out, "clean");
}
