/* Looks upwards, past the table, and at a terminal. */
#include "config.h"

#include "lab/event/event.h"

#include <curses.h>
#include <stdio.h>

#include "lab/base/buf.h"
#include "lab/model/model.h"
#include "runner/cmd.h"
