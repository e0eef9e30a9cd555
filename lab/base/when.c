/* Moments: see when.h. */
#include "config.h"

#include "lab/base/when.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

/* Behind the time: nothing, "Z", "UTC", "+01:00", "-0830". */
static bool read_zone(const char *at, int *minutes)
{
	int hours, rest, used = 0;
	char sign;

	*minutes = 0;
	while (*at == ' ')
		at++;
	if (!*at || strcmp(at, "Z") == 0 || strcmp(at, "UTC") == 0)
		return true;
	if ((sscanf(at, "%c%2d:%2d%n", &sign, &hours, &rest, &used) != 3 || !used || at[used]) &&
		(sscanf(at, "%c%2d%2d%n", &sign, &hours, &rest, &used) != 3 || !used || at[used]))
		return false;
	if ((sign != '+' && sign != '-') || hours < 0 || hours > 14 || rest < 0 || rest > 59)
		return false;
	*minutes = (hours * 60 + rest) * (sign == '-' ? -1 : 1);
	return true;
}

bool when_read(const char *text, int64_t *seconds)
{
	struct tm tm = {.tm_isdst = 0}, said;
	int used = 0, zone;
	char between;

	if (sscanf(text, "%4d-%2d-%2d%c%2d:%2d%n", &tm.tm_year, &tm.tm_mon, &tm.tm_mday, &between,
		    &tm.tm_hour, &tm.tm_min, &used) != 6 ||
		(between != ' ' && between != 'T'))
		return false;
	text += used;
	if (*text == ':') {
		if (sscanf(text, ":%2d%n", &tm.tm_sec, &used) != 1)
			return false;
		text += used;
	}
	if (*text == '.')
		text += 1 + strspn(text + 1, "0123456789");
	if (!read_zone(text, &zone))
		return false;
	tm.tm_year -= 1900;
	tm.tm_mon--;
	said = tm;
	*seconds = timegm(&tm) - zone * 60;
	/* timegm() takes a 31st of February for the 3rd of March */
	return tm.tm_mon == said.tm_mon && tm.tm_mday == said.tm_mday &&
	       tm.tm_hour == said.tm_hour && tm.tm_min == said.tm_min && tm.tm_sec == said.tm_sec;
}
