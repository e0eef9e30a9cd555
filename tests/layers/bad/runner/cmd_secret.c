/* Draws where it should not, and takes the sandbox in its own hands. */
#include "config.h"

#include <panel.h>

#include "lab/grade/grade.h"
#include "lab/judge/judge.h"
#include "lab/sandbox/sandbox.h"
#include "runner/cmd.h"
