int main(void)
{
	return 0;
}
// fail says_hello deadlock 2 Reader 6780 waits for EOF on a pipe whose write end it holds itself (fd 4).
// log of-another-version
