/*
 * Messages through queues, for the race detector. Who receives one knows of who sent it; a queue
 * has room for so many, so that who sends one that waited for room knows of who made it.
 */
#include "config.h"

#include <mqueue.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>

#include "lab/supervise/call.h"
#include "lab/supervise/races.h"

#define MESSAGES_USUAL 10 /* of a queue made without attributes, mq_overview(7) */

static struct race_waiting *waiting_of(struct race_channel *c, unsigned priority)
{
	for (size_t i = 0; i < c->waiting_count; i++)
		if (c->waiting[i].priority == priority)
			return &c->waiting[i];
	c->waiting = lab_xrealloc(c->waiting, (c->waiting_count + 1) * sizeof(*c->waiting));
	c->waiting[c->waiting_count] = (struct race_waiting){priority, 0};
	return &c->waiting[c->waiting_count++];
}

/* Of the message that was received: the kernel takes the highest. */
static unsigned priority_of(const struct tracee *t, const struct race_channel *c)
{
	uint64_t at = arch_argument(&t->entry, 3);
	unsigned priority = 0;

	if (at && tracee_read(t, at, &priority, sizeof(priority)))
		return priority;
	for (size_t i = 0; i < c->waiting_count; i++)
		if (c->waiting[i].count && c->waiting[i].priority > priority)
			priority = c->waiting[i].priority;
	return priority;
}

/* Room for a message is a token of a semaphore: a queue can be a lock, got by sending. */
void races_queue_opened(struct supervisor *s, struct tracee *t, const char *id)
{
	uint64_t at = arch_argument(&t->entry, 3), key = races_key(s, id, PART_ROOM);
	struct race_channel *c = races_channel(s->races, races_key(s, id, PART_DATA));
	struct mq_attr attr = {.mq_maxmsg = MESSAGES_USUAL};

	if (c->opened)
		return;
	c->opened = true;
	if (at && (!tracee_read(t, at, &attr, sizeof(attr)) || attr.mq_maxmsg < 1))
		attr.mq_maxmsg = MESSAGES_USUAL;
	race_sem_post(s->races->race, t->index, key, (unsigned)attr.mq_maxmsg);
}

void races_queue_moved(struct supervisor *s, struct tracee *t, int64_t n)
{
	const char *id = object_of_fd(s, t, (int)arch_argument(&t->entry, 0));
	struct race *r = s->races->race;
	struct race_channel *c;
	unsigned priority;

	if (!id)
		return;
	c = races_channel(s->races, races_key(s, id, PART_DATA));
	if (t->call->nr == SYS_mq_timedsend) {
		priority = (unsigned)arch_argument(&t->entry, 3);
		race_sem_wait(r, t->index, races_key(s, id, PART_ROOM), 1);
		races_use_by_call(
			s, t, arch_argument(&t->entry, 1), arch_argument(&t->entry, 2), false);
		race_send(r, t->index, c->key, priority);
		race_release(r, t->index, races_key(s, "mq_notify", 0));
		waiting_of(c, priority)->count++;
		return;
	}
	priority = priority_of(t, c);
	race_sem_post(r, t->index, races_key(s, id, PART_ROOM), 1);
	race_receive(r, t->index, c->key, priority);
	if (waiting_of(c, priority)->count)
		waiting_of(c, priority)->count--;
	races_use_by_call(s, t, arch_argument(&t->entry, 1), (uint64_t)n, true);
}

void races_sysv_moved(struct supervisor *s, struct tracee *t, int64_t n)
{
	uint64_t at = arch_argument(&t->entry, 1);
	struct race *r = s->races->race;
	const char *id;
	char key[32];
	long type;

	snprintf(key, sizeof(key), "sysv-msg:%d", (int)arch_argument(&t->entry, 0));
	id = object_id(s, "sysv-msg", key);
	if (!tracee_read(t, at, &type, sizeof(type)))
		return;
	if (t->call->nr == SYS_msgsnd) {
		if (t->block_logged)
			race_acquire(r, t->index, races_key(s, id, PART_ROOM));
		races_use_by_call(s, t, at, arch_argument(&t->entry, 2) + sizeof(type), false);
		race_send(r, t->index, races_key(s, id, PART_DATA), (uint64_t)type);
		return;
	}
	race_release(r, t->index, races_key(s, id, PART_ROOM));
	race_receive(r, t->index, races_key(s, id, PART_DATA), (uint64_t)type);
	races_use_by_call(s, t, at, (uint64_t)n + sizeof(type), true);
}
