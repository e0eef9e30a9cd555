/* clean: the token is a line of standard input and output. */
#include "shared.h"

int main(void)
{
	int *x = share(sizeof(*x)), end[2], seen = 0;
	char line[16];

	NEED(pipe(end));
	if (NEED(fork()) == 0) {
		FILE *out = fdopen(end[1], "w");

		*x = 1;
		fprintf(out, "done\n");
		fclose(out);
		_exit(0);
	}

	FILE *in = fdopen(end[0], "r");

	if (fgets(line, sizeof(line), in))
		seen = *x;
	fclose(in);
	return seen != 1 || finish();
}
