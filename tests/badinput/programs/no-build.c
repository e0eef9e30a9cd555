int main(void)
{
	return missing_name;
}
