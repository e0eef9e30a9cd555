/* Reads what another student handed in, the grade book and the hidden test. */
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

int main(void)
{
	static const char *const paths[] = {"@VICTIM@", "@OUT@/gradebook.db", "@OUT@/grades.csv",
		"@JUDGE@", "/etc/shadow", "../../ada/first-run.c"};
	char text[4096];

	for (size_t i = 0; i < sizeof(paths) / sizeof(*paths); i++) {
		int fd = open(paths[i], O_RDONLY);
		ssize_t n = fd < 0 ? 0 : read(fd, text, sizeof(text));

		if (n > 0)
			dprintf(1, "got %s: %.*s\n", paths[i], (int)n, text);
	}
	printf("pid=%ld ppid=%ld\n", (long)getpid(), (long)getppid());
	return 0;
}
