/* Closes its standard descriptors, and all others that it could have been given. */
#include <unistd.h>

int main(void)
{
	for (int fd = 0; fd < 1024; fd++)
		close(fd);
	return 0;
}
