/* race: fread() fills an array that the other fills. */
#include "shared.h"

int main(void)
{
	int *all = share(4 * sizeof(*all)), values[4] = {1, 2, 3, 4};
	FILE *file = tmpfile();

	if (!file || fwrite(values, sizeof(values[0]), 4, file) != 4)
		return 1;
	rewind(file);
	if (NEED(fork()) == 0) {
		all[2] = 7; /* race A */
		_exit(0);
	}
	if (fread(all, sizeof(all[0]), 3, file) != 3) /* race B */
		return 1;
	return finish();
}
