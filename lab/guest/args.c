/*
 * args [WORD]...: writes its arguments as it got them, argv[0] too, one a line, and exits 0.
 * Exercises on exec run it where a student would run `echo`: it shows what echo hides, where one
 * argument ends and the next begins.
 */
#include "config.h"

#include <stdio.h>

int main(int argc, char *argv[])
{
	for (int i = 0; i < argc; i++)
		printf("argv[%d] = \"%s\"\n", i, argv[i]);
	return 0;
}
