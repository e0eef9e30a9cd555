int main(void)
{
	return 0;
}
// pass first
// run 17 60
// gate
// fail second deadlock 3 Reader 411 waits for EOF on a pipe whose write end it holds itself (fd 4).\n\n  - wait 411 waits in read(3):\n    its write end is open as fd 4 of wait 411
// fail third leak 2 Nobody waits for 412.
// pass fourth
