/* An assembler loop of 10^8 rounds. */
__asm__(".rept 100000000\n.quad 0\n.endr\n.org 16000000000\n");

int main(void)
{
	return 0;
}
