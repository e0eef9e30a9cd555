/* A terminal that believes this is blue for ever: [44m]0;owned */
int main(void)
{
	return "[2J" + missing_name;
}
