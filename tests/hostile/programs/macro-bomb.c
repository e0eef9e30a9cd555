/* A macro that becomes 10^8 tokens. */
#define A(x) x x x x x x x x x x
#define B(x) A(A(x))
#define C(x) B(B(x))

int main(void)
{
	int i = 0;

	C(C(i++;))
	return i;
}
