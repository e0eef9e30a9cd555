/* Never ends, makes no system call. */
int main(void)
{
	for (volatile int i = 0;; i++)
		;
}
