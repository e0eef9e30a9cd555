/* An object file of 8 GiB. */
char huge[1UL << 33] = {1};

int main(void)
{
	return huge[0];
}
