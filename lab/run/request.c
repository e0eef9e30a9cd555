/*
 * A request as the first event of its log, with all that decides what the run does: what is started
 * with which arguments, input, files, schedule, faults, budgets. A replay compares this event, so
 * that a test which asks for something else is found out.
 */
#include "config.h"

#include <inttypes.h>
#include <stdio.h>

#include "lab/base/sha256.h"
#include "lab/run/internal.h"

static void add_bytes_sum(
	struct event_log *log, struct event *e, const char *key, const void *bytes, size_t len)
{
	char hex[SHA256_HEX];
	struct sha256 sum;

	sha256_init(&sum);
	sha256_add(&sum, bytes, len);
	sha256_hex(&sum, hex);
	event_add_text(log, e, key, hex);
}

static void add_program(
	struct event_log *log, struct event *e, const struct run_program *p, size_t number)
{
	BUF_SCOPED text = BUF_INIT;
	char key[40];

	buf_puts(&text, p->helper ? "helper:" : "");
	buf_puts(&text, p->name);
	for (size_t i = 1; p->argv && p->argv[0] && p->argv[i]; i++) {
		buf_putc(&text, '\n');
		buf_puts(&text, p->argv[i]);
	}
	for (size_t i = 0; p->env && p->env[i]; i++) {
		buf_puts(&text, "\n$");
		buf_puts(&text, p->env[i]);
	}
	for (unsigned i = 0; i < 3; i++)
		if (p->closed[i])
			buf_printf(&text, "\n-%u", i);
	snprintf(key, sizeof(key), "program%zu", number);
	event_add_text(log, e, key, buf_text(&text));
}

static void add_fault(
	struct event_log *log, struct event *e, const struct run_fault *f, size_t number)
{
	static const char *const kinds[] = {
		"errno", "short", "eintr", "kill", "drop", "twice", "late", "gone", "other"};
	BUF_SCOPED text = BUF_INIT;
	char key[40];

	buf_printf(&text, "%s/%u/%s/%d/%zu/%d/%d", f->call, f->n, kinds[f->kind], f->errnum,
		f->bytes, f->signal, f->task);
	if (f->one_in)
		buf_printf(&text, "/%u/%" PRIu64, f->one_in, f->seed);
	if (f->delay)
		buf_printf(&text, "/+%" PRId64, f->delay);
	if (f->kind == RUN_FAULT_OTHER)
		buf_printf(&text, "/%c%c", f->from, f->to);
	snprintf(key, sizeof(key), "fault%zu", number);
	event_add_text(log, e, key, buf_text(&text));
}

static void add_file(
	struct event_log *log, struct event *e, const struct run_file *f, size_t number)
{
	char key[40];

	snprintf(key, sizeof(key), "file%zu", number);
	event_add_text(log, e, key, f->path);
	snprintf(key, sizeof(key), "file%zu-sum", number);
	add_bytes_sum(log, e, key, f->bytes, f->len);
}

static void add_input(
	struct event_log *log, struct event *e, const void *input, size_t len, bool open)
{
	event_add_int(log, e, "input", (int64_t)len);
	if (len)
		add_bytes_sum(log, e, "input-sum", input, len);
	if (open)
		event_add_int(log, e, "input-open", 1);
}

void launch_log(const struct run_launch *launch, struct event_log *log, struct event *e)
{
	add_program(log, e, &launch->program, 0);
	add_input(log, e, launch->input, launch->input_len, launch->input_open);
	for (size_t i = 0; i < launch->fault_count; i++)
		add_fault(log, e, &launch->faults[i], i);
}

void request_log(const struct run_request *request, struct event_log *log)
{
	struct event *e = event_new(log, EVENT_RUN, 0, 0, NULL);

	for (size_t i = 0; i < request->program_count; i++)
		add_program(log, e, &request->programs[i], i);
	if (request->build)
		event_add_int(log, e, "build", (int64_t)request->build);
	add_input(log, e, request->input, request->input_len, request->input_open);
	for (size_t i = 0; i < request->file_count; i++)
		add_file(log, e, &request->files[i], i);
	event_add_text(log, e, "schedule", request->schedule ? request->schedule : "natural");
	event_add_int(log, e, "seed", (int64_t)request->seed);
	for (size_t i = 0; i < request->fault_count; i++)
		add_fault(log, e, &request->faults[i], i);
	event_add_int(log, e, "time-budget", request->time_budget);
	event_add_int(log, e, "step-budget", (int64_t)request->step_budget);
	event_add_int(log, e, "spin-steps", (int64_t)request->spin_steps);
	event_add_int(log, e, "output-budget", (int64_t)request->output_budget);
	if (request->variables)
		event_add_int(log, e, "variables", 1);
	if (request->linger)
		event_add_int(log, e, "linger", 1);
	event_log_append(log, e);
}
