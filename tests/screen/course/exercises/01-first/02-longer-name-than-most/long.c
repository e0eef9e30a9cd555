int main(void)
{
	return 0;
}
// pass only_check
