int main(void)
{
	int unused;
	return hello("a line that is long enough to need more room than a narrow window has", 3) +;
}
