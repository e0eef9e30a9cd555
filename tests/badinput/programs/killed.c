/* Is killed by a signal that nobody can handle. */
#include <signal.h>

int main(void)
{
	raise(SIGKILL);
}
