/*
 * Where the sandbox has no namespaces: what it asks for, in the supervisor's words, and what the
 * supervisor has seen being made, in the sandbox's.
 */
#include "config.h"

#include <sys/syscall.h>

#include "lab/run/internal.h"

_Static_assert(sizeof(((struct supervise_world *)0)->folders) ==
		       sizeof(((struct sandbox_world *)0)->folders),
	"as many folders here as there");

const struct supervise_world *world_of(struct sandbox *s, struct supervise_world *world)
{
	const struct sandbox_world *from = sandbox_world(s);

	if (!from)
		return NULL;
	*world = (struct supervise_world){
		.folder_count = from->folder_count,
		.root = from->root,
		.queues = from->queues,
		.queues_folder = from->queues_folder,
		.no_queues = from->no_queues,
		.key = from->key,
		.processes = from->processes,
		.shared_bytes = from->shared_bytes,
		.reaper = from->reaper,
		.signals_stay = from->signals_stay,
	};
	for (size_t i = 0; i < from->folder_count; i++) {
		world->folders[i].inside = from->folders[i].inside;
		world->folders[i].outside = from->folders[i].outside;
	}
	return world;
}

const char *run_isolation(struct lab_error *e)
{
	switch (sandbox_isolation(e)) {
	case SANDBOX_FULL:
		return "full";
	case SANDBOX_REDUCED:
		return "reduced";
	default:
		return NULL;
	}
}

void run_isolation_advice(struct buf *into)
{
	sandbox_advice(into);
}

void world_made(struct sandbox *s, int call, int id, int shown, int32_t key)
{
	enum sandbox_object kind = call == SYS_shmget   ? SANDBOX_SHM
				   : call == SYS_semget ? SANDBOX_SEM
							: SANDBOX_MSG;

	sandbox_note_object(s, kind, id, shown, key);
}
