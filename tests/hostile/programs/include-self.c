/* #include of itself, twice. */
#include "first-run.c"

int main(void)
{
	return 0;
}
