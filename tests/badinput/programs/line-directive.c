/* Names another file as the one that the compiler should complain about. */
int main(void)
{
#line 1 "/etc/passwd"
	return missing_name;
}
