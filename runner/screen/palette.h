/* Which colour each style has, by how many there are and what they stand on. Knows no curses. */
#ifndef RUNNER_SCREEN_PALETTE_H
#define RUNNER_SCREEN_PALETTE_H

#include "runner/view/text.h"

enum background { BACKGROUND_UNKNOWN, BACKGROUND_DARK, BACKGROUND_LIGHT, BACKGROUND_COUNT };

/* As the settings say, else COLORFGBG, which some terminals set ("15;0": white on black). */
enum background palette_background(void);
/* How many colours are used of the AVAILABLE ones, by the settings: 256, 16, 8, or 0. */
int palette_colours(int available);
/* The colour's number (ANSI's first 16, then xterm's cube and greys); -1: the terminal's own. */
short palette_colour(enum style style, int colours, enum background background);

#endif
