/* The command line of a judge: grade writes it, people only by mistake. */
#include "config.h"

#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>

#include "lab/judge/internal.h"

static const struct option long_options[] = {
	{"result-fd", required_argument, NULL, 'r'},
	{"bin", required_argument, NULL, 'b'},
	{"lines", required_argument, NULL, 'l'},
	{"helpers", required_argument, NULL, 'e'},
	{"answers", required_argument, NULL, 'a'},
	{"questions", required_argument, NULL, 'q'},
	{"input-hash", required_argument, NULL, 'h'},
	{"seed", required_argument, NULL, 's'},
	{"schedule", required_argument, NULL, 'c'},
	{"only", required_argument, NULL, 'o'},
	{"save-logs", required_argument, NULL, 'w'},
	{"replay-logs", required_argument, NULL, 'p'},
	{"queue-fd", required_argument, NULL, 'i'},
	{"uses", no_argument, NULL, 'u'},
	{"tell-runs", no_argument, NULL, 't'},
	{NULL, 0, NULL, 0},
};

static int usage(void)
{
	fputs("This is a judge, a part of ipclab: \"ipclab check\" starts it. It takes\n"
	      "  --result-fd N --bin DIR [--lines DIR] [--helpers DIR] [--answers FILE]\n"
	      "  [--questions FILE] [--input-hash HEX]\n"
	      "  [--seed N] [--schedule NAME] [--only CHECK] [--save-logs DIR]\n"
	      "  [--replay-logs DIR] [--queue-fd N] [--uses] [--tell-runs]\n",
		stderr);
	return -1;
}

static bool number(const char *text, int base, uint64_t most, uint64_t *into)
{
	char *end;

	if (*text == '-' || *text == '\0')
		return false;
	errno = 0;
	*into = strtoull(text, &end, base);
	return errno == 0 && *end == '\0' && *into <= most;
}

static bool take(struct options *o, int option, const char *value)
{
	uint64_t n = 0;

	switch (option) {
	case 'r':
		if (!number(value, 10, INT_MAX, &n))
			return false;
		o->result_fd = (int)n;
		return true;
	case 'h':
		return number(value, 16, UINT64_MAX, &o->input_hash);
	case 's':
		return number(value, 10, UINT64_MAX, &o->seed);
	case 'i':
		if (!number(value, 10, INT_MAX, &n))
			return false;
		o->queue_fd = (int)n;
		return true;
	case 'u':
		o->uses = true;
		return true;
	case 't':
		o->tell_runs = true;
		return true;
	case 'b':
		o->bin = value;
		return true;
	case 'e':
		o->helpers = value;
		return true;
	case 'l':
		o->lines = value;
		return true;
	case 'a':
		o->answers = value;
		return true;
	case 'q':
		o->questions = value;
		return true;
	case 'c':
		o->schedule = value;
		return true;
	case 'o':
		o->only = value;
		return true;
	case 'w':
		o->save = value;
		return true;
	case 'p':
		o->replay = value;
		return true;
	default:
		return false;
	}
}

int judge_options(int argc, char **argv, struct options *o)
{
	int option;

	*o = (struct options){.result_fd = -1, .queue_fd = -1, .seed = 1};
	while ((option = getopt_long(argc, argv, "", long_options, NULL)) != -1)
		if (!take(o, option, optarg))
			return usage();
	return optind == argc && o->result_fd >= 0 && o->bin ? 0 : usage();
}
