/* Leaves a daemon behind that would change results later. */
#include <stdio.h>
#include <unistd.h>

int main(void)
{
	if (fork() == 0) {
		setsid();
		if (fork() == 0) {
			sleep(1);
			for (;;) {
				FILE *f = fopen("@OUT@/grades.csv", "w");

				if (f)
					fclose(f);
				sleep(3600);
			}
		}
		_exit(0);
	}
	printf("pid=%ld ppid=%ld\n", (long)getpid(), (long)getppid());
	return 0;
}
