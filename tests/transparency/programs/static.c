/* Linked statically: no dynamic linker, no vDSO of a library's choice. */
#include "say.h"

int main(void)
{
	int value;

	begin();
	usleep(100000);
	took("usleep", 1);
	say("time %d", time(NULL) > 1700000000);
	if (fork() == 0)
		_exit(12);
	wait(&value);
	status("child", value);
	return 4;
}
