/* Never ends, makes system calls that do not wait. */
#include <unistd.h>

int main(void)
{
	for (;;)
		getppid();
}
