/* #include of a file of the machine. */
#include "/etc/shadow"

int main(void)
{
	return 0;
}
