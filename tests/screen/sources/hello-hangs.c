int main(void)
{
	return 0;
}
// pass starts
// fail says_hello deadlock 2 Reader 6780 waits for EOF on a pipe whose write end it holds itself (fd 4).
// log deadlock
// fail says_more output 3 The program ended without a word.
