/* #include of what is typed. */
#include "/dev/stdin"

int main(void)
{
	return 0;
}
