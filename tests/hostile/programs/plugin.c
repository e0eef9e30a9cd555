/* Asks the compiler to load a plugin. */
#pragma GCC plugin "/tmp/evil.so"
#pragma GCC optimize("-fplugin=/tmp/evil.so")

int main(void)
{
	return 1;
}
