/* One byte to and fro between two processes, 5,000 times. */
#include <sys/wait.h>
#include <unistd.h>

enum { ROUNDS = 5000 };

int main(void)
{
	int to[2], fro[2];
	char byte = 'x';

	if (pipe(to) < 0 || pipe(fro) < 0)
		return 2;
	if (fork() == 0) {
		for (int i = 0; i < ROUNDS; i++)
			if (read(to[0], &byte, 1) != 1 || write(fro[1], &byte, 1) != 1)
				_exit(2);
		_exit(0);
	}
	for (int i = 0; i < ROUNDS; i++)
		if (write(to[1], &byte, 1) != 1 || read(fro[0], &byte, 1) != 1)
			return 2;
	return wait(NULL) < 0;
}
