/* Moments as platforms and people write them. */
#ifndef LAB_BASE_WHEN_H
#define LAB_BASE_WHEN_H

#include <stdbool.h>
#include <stdint.h>

/* "2026-03-01 23:59:59 +0100", "2026-03-01T22:59:59.5Z", "2026-03-01 22:59 UTC" -> seconds since
 * 1970. What names no zone is UTC. false: it is none of these. */
bool when_read(const char *text, int64_t *seconds);

#endif
