/* How archives are called: what ipclab and its archiver both go by. */
#include "config.h"

#include <string.h>
#include <strings.h>

#include "runner/archive.h"

size_t archive_suffix(const char *name)
{
	static const char *const ends[] = {".zip", ".tar", ".tar.gz", ".tgz", ".tar.xz", ".txz",
		".tar.bz2", ".tbz2", ".tar.zst"};
	size_t len = strlen(name), longest = 0;

	for (size_t i = 0; i < sizeof(ends) / sizeof(*ends); i++) {
		size_t end = strlen(ends[i]);

		if (len > end && end > longest && strcasecmp(name + len - end, ends[i]) == 0)
			longest = end;
	}
	return longest;
}
