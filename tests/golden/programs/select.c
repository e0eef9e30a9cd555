/* A signal that has come before select(), which waits for nothing but signals. */
#include <signal.h>
#include <stddef.h>
#include <sys/select.h>

static volatile sig_atomic_t flag;

static void handler(int sig)
{
	(void)sig;
	flag = 1;
}

int main(void)
{
	signal(SIGUSR1, handler);
	raise(SIGUSR1);
	select(0, NULL, NULL, NULL, NULL);
	return flag;
}
