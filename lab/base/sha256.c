/* SHA-256 by libmd: see sha256.h. */
#include "config.h"

#include "lab/base/sha256.h"

void sha256_init(struct sha256 *s)
{
	SHA256Init(&s->context);
}

void sha256_add(struct sha256 *s, const void *bytes, size_t len)
{
	SHA256Update(&s->context, bytes, len);
}

void sha256_hex(struct sha256 *s, char out[static SHA256_HEX])
{
	SHA256End(&s->context, out);
}
