/*
 * ticker: print a line at once and then one every SECS seconds, until a signal ends it.
 *
 * Usage: ticker SECS
 *
 * README.md has the exact contract. This file compiles and does nothing of it.
 */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

int main(int argc, char *argv[])
{
	/*
	 * argv[1], if argc says that there is one, is text. strtol(3) makes a number of it. Three
	 * things it leaves to you: was there any digit, was there anything behind the last one, and
	 * is the number in the range that you can use? When the answer is not yes, no and yes: tell
	 * on stderr how the program is used, and end with status 2.
	 */
	(void)argc;
	(void)argv;

	/*
	 * Then print, and wait, and print, and wait. sleep(3) blocks the process: the kernel gives
	 * the processor to others until the time is over or a signal comes.
	 *
	 * What printf(3) prints goes into a buffer in the memory of this process first. When it
	 * moves on from there, setvbuf(3) tells.
	 */
	return 0;
}
