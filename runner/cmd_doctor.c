/* ipclab doctor: what of this machine the lab can use, what is missing, and how to mend it. */
#include "config.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lab/base/buf.h"
#include "lab/run/run.h"
#include "runner/cmd.h"
#include "runner/output.h"

enum { PROBES_MAX = 64 };

struct doctor_options {
	bool json;
};

static const char *empty_if_null(const char *text)
{
	return text ? text : "";
}

static void print_json(
	const struct run_probe_result *list, size_t count, bool fit, const char *isolation)
{
	json_t *o = json_object(), *probes = json_array();
	char *text;

	for (size_t i = 0; i < count; i++) {
		json_t *p = json_object();

		json_object_set_new(p, "what", json_string(list[i].what));
		json_object_set_new(p, "ok", json_boolean(list[i].ok));
		json_object_set_new(p, "required", json_boolean(list[i].required));
		json_object_set_new(p, "found", json_string(list[i].found));
		json_object_set_new(p, "meaning", json_string(empty_if_null(list[i].meaning)));
		json_object_set_new(p, "mend", json_string(empty_if_null(list[i].mend)));
		json_array_append_new(probes, p);
	}
	json_object_set_new(o, "schema", json_integer(1));
	json_object_set_new(o, "fit", json_boolean(fit));
	json_object_set_new(o, "isolation", isolation ? json_string(isolation) : json_null());
	json_object_set_new(o, "probes", probes);
	text = json_dumps(o, 0);
	puts(text ? text : "{}");
	free(text);
	json_decref(o);
}

static int what_width(const struct run_probe_result *list, size_t count)
{
	size_t width = 0;

	for (size_t i = 0; i < count; i++)
		if (strlen(list[i].what) > width)
			width = strlen(list[i].what);
	return (int)width;
}

static const char *state(const struct run_probe_result *p)
{
	if (p->ok)
		return "ok";
	return p->required ? "MISSING" : "missing";
}

static void print_probe(const struct run_probe_result *p, int width, bool colour)
{
	const char *tone = !colour ? "" : p->ok ? "\033[32m" : "\033[1;31m";

	printf("%-*s  %s%-7s%s  %s\n", width, p->what, tone, state(p), colour ? "\033[0m" : "",
		p->found);
	if (p->meaning && *p->meaning)
		printf("%*s           %s\n", width, "", p->meaning);
	if (!p->ok && p->mend && *p->mend)
		printf("%*s           mend: %s\n", width, "", p->mend);
}

static void print_end(bool fit, const char *isolation, const struct lab_error *why)
{
	BUF_SCOPED advice = BUF_INIT;

	if (!fit) {
		puts("\nThis machine cannot grade as it is: see what is missing above.");
		return;
	}
	if (isolation && strcmp(isolation, "full") == 0) {
		puts("\nThis machine can grade.");
		return;
	}
	run_isolation_advice(&advice);
	printf("\nThis machine can grade, but with reduced isolation.\n\nRefused: %s\n\n%s",
		why->text, buf_text(&advice));
}

static int doctor_exec(const struct cmd_call *call, struct lab_error *e)
{
	const struct doctor_options *options = call->options;
	LAB_FREE struct run_probe_result *list = lab_xmalloc(PROBES_MAX * sizeof(*list));
	size_t count = run_probe(list, PROBES_MAX);
	struct lab_error why = {0};
	const char *isolation = run_isolation(&why);
	bool fit = true;

	(void)e;
	for (size_t i = 0; i < count; i++)
		fit = fit && (list[i].ok || !list[i].required);
	if (options->json) {
		print_json(list, count, fit, isolation);
	} else {
		for (size_t i = 0; i < count; i++)
			print_probe(
				&list[i], what_width(list, count), output_colour(STDOUT_FILENO));
		print_end(fit, isolation, &why);
	}
	return fit ? 0 : LAB_UNSUPPORTED;
}

static const struct cmd_option doctor_rows[] = {
	{"json", CMD_FLAG, NULL, offsetof(struct doctor_options, json), "one JSON object"},
	{0},
};

const struct cmd cmd_doctor = {
	.name = "doctor",
	.synopsis = "",
	.summary = "try everything that the lab needs of this machine",
	.text = "Sets up the whole sandbox and a supervised run once, and tells of each "
		"capability\n"
		"whether it is there, what that means for grading, and how to mend it. Where user\n"
		"namespaces are refused it says by what, and what reduced isolation means. The "
		"exit\n"
		"code is 0 if all that is required is there, and 4 if not.\n",
	.options = doctor_rows,
	.options_size = sizeof(struct doctor_options),
	.exec = doctor_exec,
};
