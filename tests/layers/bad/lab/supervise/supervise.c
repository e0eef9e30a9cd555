/* May know the markers' numbers, and nothing else of guest. */
#include "config.h"

#include <sys/ptrace.h>

#include "lab/event/event.h"
#include "lab/guest/guest.h"
#include "lab/guest/markers.h"
