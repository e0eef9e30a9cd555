/* Steering a run: by state and by virtual time, never by time of the machine. */
#include "config.h"

#include <string.h>

#include "lab/judge/internal.h"

/* true: what was waited for is there. */
static bool went(struct judged *judged, enum run_stop stop, const struct lab_error *e)
{
	switch (stop) {
	case RUN_FAILED:
		judge_broken(e);
	case RUN_REACHED:
		return true;
	case RUN_QUIET:
		return false;
	case RUN_ENDED:
		break;
	}
	judged->over = true;
	if (!judged->look_first)
		judge_fatal_findings(judged);
	return false;
}

bool until_output(struct judged *judged, const char *text)
{
	struct lab_error e = {0};

	return went(judged, run_until_output(judged->run, text, &e), &e);
}

bool until_blocked(struct judged *judged)
{
	struct lab_error e = {0};
	enum run_stop stop = run_until_blocked(judged->run, &e);

	return went(judged, stop == RUN_QUIET ? RUN_REACHED : stop, &e);
}

bool until_time(struct judged *judged, double seconds)
{
	struct lab_error e = {0};
	int64_t ns = (int64_t)(seconds * (double)RUN_SECOND);

	return went(judged, run_until_time(judged->run, ns, &e), &e);
}

bool until_call(struct judged *judged, const char *call, unsigned occurrence)
{
	struct lab_error e = {0};

	return went(judged, run_until_call(judged->run, call, occurrence, &e), &e);
}

void until_end(struct judged *judged)
{
	struct lab_error e = {0};

	if (judged->input_open)
		close_input(judged);
	if (!judged->over)
		went(judged, run_until_end(judged->run, &e), &e);
}

void until_exit(struct judged *judged)
{
	struct lab_error e = {0};

	if (judged->input_open)
		close_input(judged);
	if (!judged->over)
		went(judged, run_until_exit(judged->run, judged->task, &e), &e);
}

void send_signal_to(struct judged *judged, int task, int sig)
{
	struct lab_error e = {0};

	if (run_signal(judged->run, task, sig, &e) < 0)
		judge_broken(&e);
}

void send_signal(struct judged *judged, int sig)
{
	send_signal_to(judged, judged->task, sig);
}

void send_bytes(struct judged *judged, const void *bytes, size_t len)
{
	struct lab_error e = {0};

	if (run_write(judged->run, bytes, len, &e) < 0)
		judge_broken(&e);
}

void send_input(struct judged *judged, const char *text)
{
	send_bytes(judged, text, strlen(text));
}

void close_input(struct judged *judged)
{
	struct lab_error e = {0};

	judged->input_open = false;
	if (run_close_input(judged->run, &e) < 0)
		judge_broken(&e);
}
