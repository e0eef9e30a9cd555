/* Another student's file as data, by #embed. */
#include <stdio.h>

static const char secret[] = {
#embed "@VICTIM@"
};

int main(void)
{
	puts(secret);
	return 0;
}
