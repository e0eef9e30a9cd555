/*
 * Random numbers that are part of the format: a seed names a schedule, the pids of a run and the
 * inputs of a test on every machine, so the generator may never change.
 *
 * splitmix64 (Steele, Lea, Flood: "Fast splittable pseudorandom number generators", OOPSLA 2014).
 */
#ifndef LAB_BASE_RNG_H
#define LAB_BASE_RNG_H

#include <stddef.h>
#include <stdint.h>

struct rng {
	uint64_t state;
};

struct rng rng_seed(uint64_t seed);
uint64_t rng_next(struct rng *r);
uint64_t rng_below(struct rng *r, uint64_t n);    /* 0..n-1, unbiased; n > 0 */
uint64_t rng_hash(const void *bytes, size_t len); /* a seed from bytes: FNV-1a, finalised */

#endif
