/* "Did you mean": optimal string alignment distance, row by row. */
#include "config.h"

#include "runner/near.h"

#include <string.h>

#include "lab/base/buf.h"

static unsigned least(unsigned a, unsigned b)
{
	return a < b ? a : b;
}

unsigned near_distance(const char *a, const char *b)
{
	size_t m = strlen(a), n = strlen(b), width = n + 1;
	LAB_FREE unsigned *d = lab_xmalloc((m + 1) * width * sizeof(*d));

	for (size_t i = 0; i <= m; i++)
		d[i * width] = (unsigned)i;
	for (size_t j = 0; j <= n; j++)
		d[j] = (unsigned)j;
	for (size_t i = 1; i <= m; i++) {
		for (size_t j = 1; j <= n; j++) {
			unsigned *at = &d[i * width + j];

			*at = least(at[-1], at[-(ptrdiff_t)width]) + 1;
			*at = least(*at, at[-(ptrdiff_t)width - 1] + (a[i - 1] != b[j - 1]));
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
				*at = least(*at, d[(i - 2) * width + j - 2] + 1);
		}
	}
	return d[m * width + n];
}
