/* Another student's file as data, by the assembler. */
#include <stdio.h>

__asm__(".data\nsecret: .incbin \"@VICTIM@\"\n.byte 0\n.text");
extern const char secret[];

int main(void)
{
	puts(secret);
	return 0;
}
