/* Does not say where from. */
#include "buf.h"
#  include	"../base/buf.h"
