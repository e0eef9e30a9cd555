/* #include of what another student handed in. */
#include "@VICTIM@"

int own_main(void)
{
	return 0;
}
