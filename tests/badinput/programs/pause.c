/* Waits for a signal that nobody sends. */
#include <unistd.h>

int main(void)
{
	pause();
}
