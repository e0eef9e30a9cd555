/* Prints, opens and becomes what would harm a page. */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char text[] =
	"</script><script>alert(1)</script><img src=x onerror=alert(1)>\033[2J\r\377\342\200\256"
	"<!--&amp;'\"";

int main(int argc, char **argv)
{
	int fd = open("<b>&\"'\n\033.txt", O_WRONLY | O_CREAT | O_TRUNC, 0600);

	if (fd < 0 || write(fd, text, strlen(text)) < 0 || write(1, text, strlen(text)) < 0)
		return 1;
	if (argc > 1)
		return 0;
	execl(argv[0], text, text, (char *)NULL);
	return 1;
}
