/* large BYTES: writes so many to standard output in one write, and half as many to standard error.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int main(int argc, char *argv[])
{
	size_t len = argc > 1 ? strtoul(argv[1], NULL, 10) : 0;
	char *bytes = malloc(len);

	memset(bytes, 'x', len);
	if (write(STDOUT_FILENO, bytes, len) != (ssize_t)len ||
		write(STDERR_FILENO, bytes, len / 2) != (ssize_t)len / 2)
		return 1;
	free(bytes);
	return 0;
}
