/* clean: strcpy, strcat and sprintf into shared memory, and a token when it is done. */
#include "shared.h"

int main(void)
{
	char *text = share(64), copy[64] = "";
	int token[2];

	NEED(pipe(token));
	if (NEED(fork()) == 0) {
		strcpy(text, "one");
		strcat(text, " two");
		sprintf(text + strlen(text), " %d", 3);
		give(token[1]);
		_exit(0);
	}
	take(token[0]);
	strcpy(copy, text);
	return finish() || strlen(copy) > 63 || strcmp(copy, "one two 3") != 0;
}
