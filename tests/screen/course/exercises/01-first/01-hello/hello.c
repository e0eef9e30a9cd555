/* The starter. */
int main(void)
{
	return 0;
}
// fail says_hello output 4 The program ended without a word. It should have said \"hello\".
