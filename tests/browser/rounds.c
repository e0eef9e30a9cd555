/* Forty rounds of one loop: a page has them in two rows, which open to each of them. */
#include <stdio.h>
#include <unistd.h>

int main(void)
{
	int ends[2];
	char number[8];

	if (pipe(ends) < 0)
		return 1;
	for (int i = 0; i < 40; i++) {
		int len = snprintf(number, sizeof(number), "%02d", i);

		if (write(ends[1], number, (size_t)len) != len ||
			read(ends[0], number, sizeof(number)) != len)
			return 1;
	}
	return 0;
}
