/* All of this is allowed. */
#include "config.h"

#include <check.h>

#include "lab/base/fd.h"
#include "lab/judge/judge.h"
#include "lab/run/run.h"
