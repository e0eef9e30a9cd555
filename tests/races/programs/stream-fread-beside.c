/* clean: fread() puts there what there was, and no more. */
#include "shared.h"

int main(void)
{
	int *all = share(4 * sizeof(*all)), values[2] = {1, 2};
	FILE *file = tmpfile();

	if (!file || fwrite(values, sizeof(values[0]), 2, file) != 2)
		return 1;
	rewind(file);
	if (NEED(fork()) == 0) {
		all[2] = 7;
		_exit(0);
	}
	if (fread(all, sizeof(all[0]), 4, file) != 2)
		return 1;
	return finish();
}
