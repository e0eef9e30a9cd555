/* Grüße: wide signs and combining ones (é), in the file and in what it says. */
#include <stdio.h>

int main(void)
{
	return puts("漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字") < 0;
}
// fail says_hello output 6 It said \"漢字漢字漢字漢字漢字漢字漢字漢字漢字\", with an é that combines, and not \"hello\".
