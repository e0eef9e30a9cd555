/* what I wrote long ago */
int main(void)
{
	return 1;
}
// fail says_hello exit 4 It ended with status 1.
