/*
 * The loop: settle, flush, look for a reason to stop, pick, resume. See supervise.h.
 */
#include "config.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>

#include "lab/supervise/parts.h"

#define TURN_POLLS  16
#define UNREAD_MOST 1024 /* events of a log that nobody reads */

static void flush_one(struct supervisor *s, struct tracee *t)
{
	for (size_t k = 0; k < t->queued; k++)
		supervise_append(s, t->queue[k]);
	t->queued = 0;
}

/* The task that ran first: what it did is why the others moved. Those of whom all is told, and
 * nothing more will be, are not looked at any more. */
static void flush(struct supervisor *s)
{
	size_t left = 0;

	if (s->current)
		flush_one(s, s->current);
	for (size_t i = 0; i < s->count; i++) {
		struct tracee *t = s->tracees[i];

		flush_one(s, t);
		if (t->state != ENDED || !t->reaped)
			s->tracees[left++] = t;
	}
	s->count = left;
	if (s->config.unread && s->log->count >= UNREAD_MOST)
		event_log_clear(s->log);
}

static bool limit(struct supervisor *s, const char *name, const struct tracee *t, int64_t most)
{
	struct event *e = supervise_event(s, EVENT_LIMIT, t ? t->index : 0, name);

	if (most)
		event_add_int(s->log, e, "most", most);
	supervise_append(s, e);
	s->ended_by = SUPERVISE_LIMIT;
	return true;
}

static bool over_budget(struct supervisor *s)
{
	struct tracee *t = s->current;

	if (t && t->state != ENDED && s->config.spin_steps &&
		t->idle_steps >= s->config.spin_steps) {
		report_spin(s, t);
		return true;
	}
	if (s->config.step_budget && s->steps > s->config.step_budget)
		return limit(s, "steps", t, (int64_t)s->config.step_budget);
	if (s->config.time_budget && s->now > s->config.time_budget)
		return limit(s, "time", t, s->config.time_budget);
	if (t && t->state == ENDED && t->out_of_time && WIFSIGNALED(t->wait_status) &&
		WTERMSIG(t->wait_status) == SIGXCPU)
		return limit(s, "cpu", t, 0);
	if (s->total >= TRACEES_MAX)
		return limit(s, "tasks", t, TRACEES_MAX);
	return false;
}

static size_t runnable(struct supervisor *s, struct tracee **list, size_t *current)
{
	size_t n = 0;

	*current = SIZE_MAX;
	for (size_t i = 0; i < s->count && n < TRACEES_MAX; i++) {
		struct tracee *t = s->tracees[i];

		if (t->state != STOPPED)
			continue;
		if (t == s->picked)
			*current = n;
		list[n++] = t;
	}
	if (*current == SIZE_MAX)
		*current = n;
	else if (n > 1 && list[*current]->yields)
		*current = (*current + 1) % n;
	return n;
}

/* Start-up is not part of the run: nothing is chosen in it, and time stands still. Who is in it
 * goes on to main() before anyone else moves. The first that is, or COUNT. */
static size_t in_start_up(struct tracee **list, size_t count)
{
	size_t i = 0;

	while (i < count && list[i]->main_reached && !call_in_interpreter(list[i]))
		i++;
	return i;
}

static bool all_in_main(struct tracee **list, size_t count)
{
	return in_start_up(list, count) == count;
}

static void log_choice(struct supervisor *s, struct tracee **list, size_t count, size_t picked)
{
	struct event *e;
	BUF_SCOPED among = BUF_INIT;

	e = supervise_event(s, EVENT_CHOICE, 0, NULL);
	for (size_t i = 0; i < count; i++) {
		buf_puts(&among, i ? " t" : "t");
		buf_put_int(&among, list[i]->index);
	}
	event_add_text(s->log, e, "among", buf_text(&among));
	event_add_task(s->log, e, "picked", list[picked]->index);
	supervise_append(s, e);
}

/* A call that an ignored signal broke off goes on before anyone else moves: natively it was never
 * broken off, and a wake-up must find it waiting. */
static bool restart_one(struct supervisor *s)
{
	for (size_t i = 0; i < s->count; i++) {
		struct tracee *t = s->tracees[i];

		if (t->state != STOPPED || !t->restarting)
			continue;
		s->current = t;
		tracee_resume(s, t);
		return true;
	}
	return false;
}

/* Whoever waits by asking again and again lets the others run, where that is no spin. */
static void give_turns(struct supervisor *s)
{
	struct tracee *t = s->picked;

	if (!t || s->config.spin_steps)
		return;
	if (t->polls < t->turn)
		t->turn = 0;
	if (t->polls > t->turn + TURN_POLLS)
		t->yields = true;
	if (t->yields)
		schedule_yield(&s->schedule, t->index);
}

static void step(struct supervisor *s, struct tracee **list, size_t count, size_t current)
{
	size_t picked = current < count ? current : 0, starting = in_start_up(list, count);

	if (starting < count) {
		s->current = list[starting];
		tracee_resume(s, s->current);
		return;
	}
	if (count > 1) {
		int tasks[TRACEES_MAX];

		for (size_t i = 0; i < count; i++)
			tasks[i] = list[i]->index;
		picked = schedule_pick(&s->schedule, tasks, count, current);
		if (!s->config.unread)
			log_choice(s, list, count, picked);
	}
	if (s->picked && s->picked->yields) {
		s->picked->yields = false;
		s->picked->turn = s->picked->polls;
	}
	s->current = s->picked = list[picked];
	tracee_resume(s, s->current);
}

static void advance(struct supervisor *s, int64_t to)
{
	struct event *e;

	if (to <= s->now)
		return;
	e = supervise_event(s, EVENT_ADVANCE, 0, NULL);
	event_add_int(s->log, e, "to", to);
	supervise_append(s, e);
	s->now = to;
}

/* On a slow machine time does not wait until all have done what they could; but it does not run
 * beyond what the judge has asked for. */
static bool time_passes(struct supervisor *s, struct tracee **list, size_t count, int64_t until)
{
	int64_t next = clock_next_deadline(s);

	if (s->schedule.kind != SCHEDULE_SLOW || next == NO_DEADLINE || next > until ||
		(s->config.time_budget && next > s->config.time_budget))
		return false;
	if (!all_in_main(list, count) || !schedule_lets_time_pass(&s->schedule))
		return false;
	advance(s, next);
	return true;
}

static int64_t wall_now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * INT64_C(1000000000) + ts.tv_nsec;
}

#define OUTSIDE_MOST INT64_C(3600000000000)

/* Virtual time keeps pace with real time until a tracee moves or the next deadline is there. */
static void wait_outside(struct supervisor *s, int64_t next)
{
	int64_t begin = wall_now(), most = next - s->now, slept;

	settle_sleep(next != NO_DEADLINE && most < OUTSIDE_MOST ? most : OUTSIDE_MOST);
	slept = wall_now() - begin;
	s->now += next != NO_DEADLINE && slept > most ? most : slept;
	s->look = LOOK_ALL;
}

/* Nobody can run. true: go on with the loop; false: *STOP says why it ends. */
static bool all_blocked(
	struct supervisor *s, int64_t until, bool blocked, enum supervise_stop *stop)
{
	int64_t next = clock_next_deadline(s);

	if (s->config.on_quiet && s->config.on_quiet(s->config.context)) {
		s->look |= LOOK_ASLEEP;
		return true;
	}
	if (terminals_rest(s))
		return true;
	*stop = SUPERVISE_BLOCKED;
	if (blocked)
		return false;
	if (waits_outside(s, next != NO_DEADLINE)) {
		wait_outside(s, next);
		return true;
	}
	*stop = SUPERVISE_TIME;
	if (until < next && until != NO_DEADLINE) {
		advance(s, until);
		return false;
	}
	*stop = SUPERVISE_QUIET;
	if (next == NO_DEADLINE && s->config.held && s->config.held(s->config.context))
		return false;
	*stop = SUPERVISE_DEADLOCK;
	if (next == NO_DEADLINE) {
		deadlock_report(s);
		return false;
	}
	*stop = SUPERVISE_LIMIT;
	if (s->config.time_budget && next > s->config.time_budget) {
		advance(s, s->config.time_budget);
		limit(s, "time", NULL, s->config.time_budget);
		deadlock_report_waiters(s);
		return false;
	}
	advance(s, next);
	return true;
}

/* ---- turns of one task in a row ---- */

/* Those among whom the schedule would choose if T, which runs, stood at a marker. */
static size_t at_next(
	struct supervisor *s, struct tracee *t, struct tracee **list, int *tasks, size_t *current)
{
	size_t n = 0;

	for (size_t i = 0; i < s->count && n < TRACEES_MAX; i++) {
		struct tracee *one = s->tracees[i];

		if (one != t && one->state != STOPPED)
			continue;
		if (one == t)
			*current = n;
		tasks[n] = one->index;
		list[n++] = one;
	}
	return n;
}

/* Until time or a budget would change something. */
static unsigned turns_left(struct supervisor *s, const struct tracee *t, unsigned most)
{
	int64_t end = clock_next_deadline(s), turns;

	if (s->schedule.kind == SCHEDULE_SLOW && end != NO_DEADLINE)
		return 0; /* each turn draws whether time passes */
	if (s->until < end)
		end = s->until;
	if (s->config.time_budget && s->config.time_budget < end)
		end = s->config.time_budget;
	turns = (end - s->now - 1) / STEP_NS;
	if (turns < most)
		most = turns < 0 ? 0 : (unsigned)turns;
	if (t->idle_steps + most >= s->config.spin_steps ||
		(s->config.step_budget && s->steps + most >= s->config.step_budget))
		return 0;
	return most;
}

unsigned loop_ahead(struct supervisor *s, struct tracee *t, unsigned most)
{
	static struct tracee *list[TRACEES_MAX];
	static int tasks[TRACEES_MAX];
	size_t current = 0, count;

	if (s->picked != t || s->look || s->failed || t->yields || !s->config.spin_steps ||
		s->cpu_timers)
		return 0;
	most = turns_left(s, t, most);
	count = most ? at_next(s, t, list, tasks, &current) : 0;
	if (!count || !all_in_main(list, count))
		return 0;
	for (size_t i = 0; i < count; i++)
		if (list[i]->restarting)
			return 0;
	return count == 1 ? most : schedule_ahead(&s->schedule, tasks, count, current, most);
}

void loop_passes(struct supervisor *s, struct tracee *t, int64_t number)
{
	static struct tracee *list[TRACEES_MAX];
	static int tasks[TRACEES_MAX];
	size_t current = 0, count;

	stop_counts(s, t, number);
	clock_spend(s, t, STEP_NS);
	for (size_t i = 0; i < s->count; i++)
		flush_one(s, s->tracees[i]);
	count = at_next(s, t, list, tasks, &current);
	if (count > 1) {
		if (schedule_pick(&s->schedule, tasks, count, current) != current) {
			errno = EPROTO;
			supervisor_fail(s, "play the tape of t%d", t->index);
		}
		log_choice(s, list, count, current);
	}
	s->resumed++;
}

static enum supervise_stop go(struct supervisor *s, int64_t until, bool blocked)
{
	static struct tracee *list[TRACEES_MAX];
	size_t count, current;
	enum supervise_stop stop;

	for (;;) {
		settle(s);
		flush(s);
		if (s->failed)
			return SUPERVISE_FAILED;
		if (s->config.reached && s->config.reached(s->config.context))
			return SUPERVISE_REACHED;
		if (s->look) /* who was stirred comes to rest before anyone goes on */
			continue;
		if (s->ended_by != SUPERVISE_REACHED || over_budget(s))
			return s->ended_by;
		if (supervise_alive_count(s) == 0)
			return SUPERVISE_ENDED;
		if (clock_next_deadline(s) <= s->now && clock_expire(s))
			continue;
		if (clock_cpu_due(s) && clock_expire_cpu(s))
			continue;
		if (restart_one(s))
			continue;
		if (s->now >= until)
			return SUPERVISE_TIME;
		give_turns(s);
		count = runnable(s, list, &current);
		if (count && !blocked && time_passes(s, list, count, until))
			continue;
		if (count)
			step(s, list, count, current);
		else if (!all_blocked(s, until, blocked, &stop))
			return stop;
	}
}

enum supervise_stop supervise_go(
	struct supervisor *s, int64_t until, bool blocked, struct lab_error *e)
{
	enum supervise_stop stop;
	struct sigaction before_watch;
	struct settle_before before;

	s->error = e;
	s->look = LOOK_ALL;
	s->until = until;
	settle_start(&before);
	watch_start(&before_watch);
	s->burning = false;
	stop = go(s, until, blocked);
	watch_stop(&before_watch);
	settle_stop(&before);
	return stop;
}
