/*
 * The lanes of a row as signs: see timeline.h. Every lane is WIDE cells: its sign, which says what
 * the task is or that it is at it, and a gap, through which an arrow may go.
 */
#include "config.h"

#include "lab/timeline/timeline.h"

static const struct {
	const char *drawn, *plain;
} signs[TIMELINE_SIGNS] = {
	[SIGN_NONE] = {" ", " "},
	[SIGN_LIVES] = {"\u2502", "|"},
	[SIGN_WAITS] = {"\u2506", ":"},
	[SIGN_STOPPED] = {"=", "="},
	[SIGN_ZOMBIE] = {"z", "z"},
	[SIGN_ACTS] = {"\u25cf", "*"},
	[SIGN_SLEEPS] = {"\u25cb", "o"},
	[SIGN_ENDS] = {"\u2573", "X"},
	[SIGN_LINE] = {"\u2500", "-"},
	[SIGN_CROSSED] = {"\u253c", "+"},
	[SIGN_LEFT] = {"\u25c0", "<"},
	[SIGN_RIGHT] = {"\u25b6", ">"},
};

const char *timeline_sign(enum timeline_sign sign, bool ascii)
{
	return ascii ? signs[sign].plain : signs[sign].drawn;
}

static enum timeline_sign of_state(enum model_state state)
{
	switch (state) {
	case MODEL_ALIVE:
		return SIGN_LIVES;
	case MODEL_BLOCKED:
		return SIGN_WAITS;
	case MODEL_STOPPED:
		return SIGN_STOPPED;
	case MODEL_ZOMBIE:
		return SIGN_ZOMBIE;
	case MODEL_NONE:
	case MODEL_GONE:
		break;
	}
	return SIGN_NONE;
}

static enum timeline_sign of_event(const struct event *e)
{
	if (e->kind == EVENT_BLOCK || e->kind == EVENT_WAITS)
		return SIGN_SLEEPS;
	if (e->kind == EVENT_EXIT || e->kind == EVENT_KILLED)
		return SIGN_ENDS;
	return SIGN_ACTS;
}

static int lane_of(const struct timeline_lanes *l, int task)
{
	for (int i = 0; i < l->count; i++)
		if (l->tasks[i] == task)
			return i;
	return -1;
}

/* FROM and TO are lanes; its head stands next to the lane that it goes to. */
static void draw_arrow(
	const struct timeline_lanes *l, int from, int to, int acts, enum timeline_sign *cells)
{
	int low = from < to ? from : to, high = from < to ? to : from;

	for (int i = low * l->wide + 1; i < high * l->wide; i++)
		cells[i] = i % l->wide ? SIGN_LINE : i / l->wide == acts ? cells[i] : SIGN_CROSSED;
	if (from < to)
		cells[to * l->wide - 1] = SIGN_RIGHT;
	else
		cells[to * l->wide + 1] = SIGN_LEFT;
}

void timeline_cells(const struct timeline *t, const struct timeline_lanes *l, size_t step,
	enum timeline_sign *cells)
{
	const struct event *e = timeline_log(t)->events[step];
	struct timeline_arrow a;

	for (int i = 0; i < l->count * l->wide; i++)
		cells[i] = SIGN_NONE;
	for (int i = 0; i < l->count; i++)
		cells[i * l->wide] = l->tasks[i] == e->task
					     ? of_event(e)
					     : of_state(timeline_state(t, l->tasks[i], step));
	if (timeline_arrow(t, step, &a)) {
		int from = lane_of(l, a.from), to = lane_of(l, a.to);

		if (from >= 0 && to >= 0 && from != to)
			draw_arrow(l, from, to, lane_of(l, e->task), cells);
	}
}

enum timeline_tone timeline_tone(const struct event *e)
{
	if (timeline_is_trouble(e))
		return e->kind == EVENT_WAITS ? TONE_CAUGHT : TONE_BAD;
	switch (e->kind) {
	case EVENT_BLOCK:
		return TONE_WAIT;
	case EVENT_SIGNAL:
	case EVENT_DELIVER:
	case EVENT_RETURN:
	case EVENT_STOP:
	case EVENT_CONT:
		return TONE_ODD;
	case EVENT_START:
	case EVENT_FORK:
	case EVENT_EXEC:
	case EVENT_EXIT:
	case EVENT_REAPED:
	case EVENT_ADOPT:
	case EVENT_END:
		return TONE_LIFE;
	case EVENT_CALL:
		return TONE_CALL;
	default:
		return TONE_QUIET;
	}
}
