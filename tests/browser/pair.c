/* Each waits for the other to speak first: a deadlock of two pipes. */
#include <sys/wait.h>
#include <unistd.h>

int main(void)
{
	int down[2], up[2];
	char line[64];

	if (pipe(down) < 0 || pipe(up) < 0)
		return 1;
	switch (fork()) {
	case -1:
		return 1;
	case 0:
		if (read(down[0], line, sizeof(line)) > 0)
			return write(up[1], "answer", 6) != 6;
		return 1;
	}
	if (read(up[0], line, sizeof(line)) < 0 || write(down[1], "question", 8) < 0)
		return 1;
	return wait(NULL) < 0;
}
