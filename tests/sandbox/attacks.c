/* attacks NAME [ARG...]: see attacks.h. */
#include "config.h"

#include "attacks.h"

#include <errno.h>
#include <string.h>

#include "lab/base/error.h"

long tried(const char *what, long rc)
{
	printf("%s: %s\n", what, rc < 0 ? lab_errno_name(errno) : "ok");
	fflush(stdout);
	return rc;
}

void bounded(const char *what, long count, long least, long most)
{
	if (count < least || count > most)
		printf("%s: %ld times, expected %ld to %ld; then %s\n", what, count, least, most,
			lab_errno_name(errno));
	else
		printf("%s: %s\n", what, lab_errno_name(errno));
	fflush(stdout);
}

int main(int argc, char **argv)
{
	static const struct attack *const tables[] = {attacks_on_limits, attacks_on_init,
		attacks_on_files, attacks_on_signals, attacks_on_others};

	for (size_t t = 0; argc > 1 && t < sizeof tables / sizeof *tables; t++) {
		for (const struct attack *a = tables[t]; a->name; a++) {
			if (strcmp(a->name, argv[1]) == 0)
				return a->run(argv + 2);
		}
	}
	fprintf(stderr, "attacks: no such attack\n");
	return 99;
}
