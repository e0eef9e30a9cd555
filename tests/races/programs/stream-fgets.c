/* race: fgets() puts a line where the other reads. */
#include "shared.h"

int main(void)
{
	char *line = share(64);
	FILE *file = tmpfile();

	if (!file || fputs("one two\n", file) == EOF)
		return 1;
	rewind(file);
	if (NEED(fork()) == 0)
		_exit(line[3] == 'x'); /* race A */
	if (!fgets(line, 64, file))    /* race B */
		return 1;
	return finish();
}
