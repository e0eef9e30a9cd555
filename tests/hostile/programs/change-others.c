/* Overwrites what another student handed in, and the grades. */
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

int main(void)
{
	static const char *const paths[] = {"@VICTIM@", "@OUT@/gradebook.db", "@OUT@/grades.csv"};

	for (size_t i = 0; i < sizeof(paths) / sizeof(*paths); i++) {
		int fd = open(paths[i], O_WRONLY | O_TRUNC);

		if (fd >= 0)
			dprintf(1, "got %s\n", paths[i]);
		unlink(paths[i]);
	}
	printf("pid=%ld ppid=%ld\n", (long)getpid(), (long)getppid());
	return 0;
}
