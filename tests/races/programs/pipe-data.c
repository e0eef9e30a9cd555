/* clean: read() puts bytes of the pipe straight into shared memory, and a token follows. */
#include "shared.h"

int main(void)
{
	char *text = share(16);
	int data[2], token[2];

	NEED(pipe(data));
	NEED(pipe(token));
	if (NEED(fork()) == 0) {
		NEED((int)read(data[0], text, 6));
		give(token[1]);
		_exit(0);
	}
	NEED((int)write(data[1], "hello", 6));
	take(token[0]);
	return finish() || strcmp(text, "hello") != 0;
}
