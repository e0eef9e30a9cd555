/* clean: read() writes beside what another reads. */
#include "shared.h"

int main(void)
{
	char *text = share(16);
	int data[2], seen;

	NEED(pipe(data));
	NEED((int)write(data[1], "hello", 6));
	if (NEED(fork()) == 0) {
		NEED((int)read(data[0], text, 6));
		_exit(0);
	}
	seen = text[6];
	return finish() || seen != 0 || strcmp(text, "hello") != 0;
}
