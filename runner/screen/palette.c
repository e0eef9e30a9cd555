/*
 * Which colour each style has: see palette.h. All of them stand on the terminal's own background.
 * Where nobody says what that is, they are of middling brightness, to be read on dark and on light;
 * where it is known, they have 4.5 times its brightness or a 4.5th of it (WCAG 2, 1.4.3). None
 * carries a meaning that signs and words do not carry as well.
 */
#include "config.h"

#include "runner/screen/palette.h"

#include <stdlib.h>
#include <string.h>

#include "runner/settings.h"

struct colours {
	short few[BACKGROUND_COUNT]; /* of 16; eight have only the first: the others are brighter */
	short many[BACKGROUND_COUNT]; /* of 256 */
};

#define OWN                \
	{                  \
		-1, -1, -1 \
	}

static const struct colours palette[STYLE_COUNT] = {
	[STYLE_PLAIN] = {OWN, OWN},
	[STYLE_BOLD] = {OWN, OWN},
	[STYLE_EMPHASIS] = {OWN, OWN},
	[STYLE_CODE] = {{6, 14, 4}, {67, 110, 24}},
	[STYLE_HEADING] = {OWN, {68, 111, 25}},
	[STYLE_FAINT] = {OWN, {244, 247, 240}},
	[STYLE_GOOD] = {{2, 10, 2}, {71, 114, 28}},
	[STYLE_BAD] = {{1, 9, 1}, {167, 210, 124}},
	[STYLE_ODD] = {{5, 13, 5}, {133, 176, 90}},
	[STYLE_BAR] = {OWN, OWN},
	[STYLE_KEY] = {OWN, OWN},
	[STYLE_SELECTED] = {OWN, OWN},
};

enum background palette_background(void)
{
	const char *both = getenv("COLORFGBG");
	const char *last = both ? strrchr(both, ';') : NULL;

	if (settings_is(SETTING_BACKGROUND, "light"))
		return BACKGROUND_LIGHT;
	if (settings_is(SETTING_BACKGROUND, "dark"))
		return BACKGROUND_DARK;
	if (!last || strlen(last) < 2 || strspn(last + 1, "0123456789") != strlen(last + 1) ||
		atoi(last + 1) > 15)
		return BACKGROUND_UNKNOWN;
	/* 8 is the dark grey among the bright ones, 7 the light one among the others */
	return atoi(last + 1) < 7 || atoi(last + 1) == 8 ? BACKGROUND_DARK : BACKGROUND_LIGHT;
}

int palette_colours(int available)
{
	static const int steps[] = {256, 16, 8};
	const char *wanted = settings_get(SETTING_COLOURS);
	int most = strcmp(wanted, "auto") == 0 ? available : atoi(wanted); /* none: 0 */

	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++)
		if (steps[i] <= most && steps[i] <= available)
			return steps[i];
	return 0;
}

short palette_colour(enum style style, int colours, enum background background)
{
	const struct colours *c = &palette[style];
	short few = c->few[background];

	if (colours >= 256)
		return c->many[background];
	if (colours < 8)
		return -1;
	return few >= 8 && colours < 16 ? (short)(few - 8) : few;
}
