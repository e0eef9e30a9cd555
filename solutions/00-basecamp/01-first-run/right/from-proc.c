/*
 * Unusual: calls neither getpid(2) nor getppid(2). The kernel shows the same numbers as text in
 * /proc/self/stat: "PID (NAME) STATE PPID ...", see proc(5).
 */
#include <stdio.h>
#include <string.h>

int main(void)
{
	char text[1024];
	int pid, ppid;
	/* /proc/self is a link to the folder of whichever process looks at it. */
	FILE *stat = fopen("/proc/self/stat", "re");

	if (stat == NULL || fgets(text, sizeof(text), stat) == NULL) {
		perror("first-run: /proc/self/stat");
		return 1;
	}
	fclose(stat);

	/* NAME may itself hold blanks and brackets: the last ')' ends it. */
	char *after = strrchr(text, ')');

	if (after == NULL || sscanf(text, "%d", &pid) != 1 ||
		sscanf(after + 1, " %*c %d", &ppid) != 1) {
		fprintf(stderr, "first-run: /proc/self/stat: not understood\n");
		return 1;
	}
	dprintf(1, "pid=%d ppid=%d\n", pid, ppid);
	return 0;
}
