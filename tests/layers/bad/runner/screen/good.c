/* All of this is allowed. */
#include "config.h"

#include <curses.h>
#include <panel.h>

#include "lab/report/report.h"
