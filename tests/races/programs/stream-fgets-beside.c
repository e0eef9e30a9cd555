/* clean: fgets() writes no more than the line and its end. */
#include "shared.h"

int main(void)
{
	char *line = share(64);
	FILE *file = tmpfile();

	if (!file || fputs("one two\n", file) == EOF)
		return 1;
	rewind(file);
	if (NEED(fork()) == 0)
		_exit(line[9] == 'x');
	if (!fgets(line, 64, file))
		return 1;
	return finish();
}
