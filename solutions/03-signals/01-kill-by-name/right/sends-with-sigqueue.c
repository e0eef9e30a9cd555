/*
 * Unusual: sigqueue(3) instead of kill(2), which could also carry a number; a process of another
 * user, or none, is found out beforehand, by the "signal" 0, for which kill() only does its checks.
 * The names are made by a macro: #name is the text of it, SIG##name the macro of <signal.h>.
 */
#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define IF_IT_IS(name)                                                  \
	if (strcmp(text, #name) == 0 || strcmp(text, "SIG" #name) == 0) \
	return SIG##name

static int signal_named(const char *text)
{
	IF_IT_IS(HUP);
	IF_IT_IS(INT);
	IF_IT_IS(QUIT);
	IF_IT_IS(ILL);
	IF_IT_IS(TRAP);
	IF_IT_IS(ABRT);
	IF_IT_IS(BUS);
	IF_IT_IS(FPE);
	IF_IT_IS(KILL);
	IF_IT_IS(USR1);
	IF_IT_IS(SEGV);
	IF_IT_IS(USR2);
	IF_IT_IS(PIPE);
	IF_IT_IS(ALRM);
	IF_IT_IS(TERM);
	IF_IT_IS(STKFLT);
	IF_IT_IS(CHLD);
	IF_IT_IS(CONT);
	IF_IT_IS(STOP);
	IF_IT_IS(TSTP);
	IF_IT_IS(TTIN);
	IF_IT_IS(TTOU);
	IF_IT_IS(URG);
	IF_IT_IS(XCPU);
	IF_IT_IS(XFSZ);
	IF_IT_IS(VTALRM);
	IF_IT_IS(PROF);
	IF_IT_IS(WINCH);
	IF_IT_IS(IO);
	IF_IT_IS(POLL);
	IF_IT_IS(PWR);
	IF_IT_IS(SYS);
	fputs("No such signal\n", stderr);
	exit(1);
}

static _Noreturn void usage(void)
{
	fputs("usage: killn PID NAME\n", stderr);
	exit(2);
}

int main(int argc, char **argv)
{
	union sigval nothing = {0};
	intmax_t pid;
	char *end;
	int sig;

	if (argc != 3)
		usage();
	pid = strtoimax(argv[1], &end, 10);
	if (end == argv[1] || *end || pid <= 0 || pid != (intmax_t)(pid_t)pid)
		usage();
	sig = signal_named(argv[2]);
	if (kill((pid_t)pid, 0) == -1 || sigqueue((pid_t)pid, sig, nothing) == -1) {
		perror("killn");
		exit(EXIT_FAILURE);
	}
	exit(EXIT_SUCCESS);
}
