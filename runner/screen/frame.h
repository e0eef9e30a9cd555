/* What curses writes for one frame reaches the terminal in one piece. Knows no curses. */
#ifndef RUNNER_SCREEN_FRAME_H
#define RUNNER_SCREEN_FRAME_H

#include <stdio.h>

/* Standard output, for curses to write on; NULL with errno. */
FILE *frame_open(void);
/* From here on it is held back ... */
void frame_hold(void);
/* ... and now it is shown. */
void frame_show(void);
void frame_close(void);

#endif
