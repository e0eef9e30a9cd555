/* Never ends, sleeps all the time. */
#include <unistd.h>

int main(void)
{
	for (;;)
		sleep(3600);
}
