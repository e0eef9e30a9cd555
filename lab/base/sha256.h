/* SHA-256 as lower-case hexadecimal text, by libmd. */
#ifndef LAB_BASE_SHA256_H
#define LAB_BASE_SHA256_H

#include <sha2.h>
#include <stddef.h>
#include <sys/types.h>

#define SHA256_HEX 65

struct sha256 {
	SHA2_CTX context;
};

void sha256_init(struct sha256 *s);
void sha256_add(struct sha256 *s, const void *bytes, size_t len);
void sha256_hex(struct sha256 *s, char out[static SHA256_HEX]); /* ends the computation */

#endif
