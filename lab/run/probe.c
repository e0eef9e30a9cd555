/*
 * doctor: what the sandbox can do here, and one supervised run that sleeps a virtual minute.
 */
#include "config.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "lab/base/path.h"
#include "lab/run/internal.h"

#define PROBES_MAX 48

static size_t probe_sandbox(struct run_probe_result *list, size_t most)
{
	static struct sandbox_probe found[PROBES_MAX];
	size_t count = sandbox_probe(found, most < PROBES_MAX ? most : PROBES_MAX);

	for (size_t i = 0; i < count; i++) {
		list[i] = (struct run_probe_result){
			.what = found[i].what,
			.ok = found[i].ok,
			.required = found[i].required,
			.meaning = found[i].meaning,
			.mend = found[i].mend,
		};
		memcpy(list[i].found, found[i].found, sizeof(list[i].found));
	}
	return count;
}

static int64_t wall_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

/* guest/nap under the supervisor: sandbox, seccomp stops, ptrace, the virtual clock, at once. */
static int nap(char *found, size_t size, struct lab_error *e)
{
	static const char *const argv[] = {"nap", "60", NULL};
	struct run_request request = {
		.bin_dir = lab_guest_dir(),
		.programs = {{.name = "nap", .argv = argv}},
		.program_count = 1,
		.seed = 1,
	};
	int64_t begin = wall_ms();
	struct run *r = run_start(&request, e);
	enum run_stop stop = r ? run_until_end(r, e) : RUN_FAILED;
	const struct event_log *log;
	int result = -1;

	if (stop == RUN_ENDED && run_finish(r, e) == 0) {
		log = run_log(r);
		result = event_int(log->events[log->count - 1], "status", -1) == 0 ? 0 : -1;
		snprintf(found, size, "%.0f s of virtual time in %lld ms",
			(double)run_time(r) / (double)RUN_SECOND, (long long)(wall_ms() - begin));
		if (result < 0)
			lab_fail(e, LAB_UNSUPPORTED, "the program did not end as it should");
	}
	run_free(r);
	return result;
}

static void probe_supervisor(struct run_probe_result *p)
{
	struct lab_error e = {0};

	*p = (struct run_probe_result){
		.what = "a supervised run",
		.required = true,
		.meaning = "every exercise is graded by supervised runs",
		.mend = "mend what is missing above; ptrace must be allowed (in a container: "
			"--cap-add=SYS_PTRACE, or a seccomp profile that has ptrace)",
	};
#ifndef __x86_64__
	snprintf(p->found, sizeof(p->found), "this processor is not supported yet (x86-64 is)");
	return;
#endif
	p->ok = nap(p->found, sizeof(p->found), &e) == 0;
	if (!p->ok)
		snprintf(p->found, sizeof(p->found), "%.200s", e.text);
}

size_t run_probe(struct run_probe_result *list, size_t most)
{
	size_t count;

	if (most == 0)
		return 0;
	count = probe_sandbox(list, most - 1);
	probe_supervisor(&list[count]);
	return count + 1;
}
