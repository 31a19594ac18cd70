// Random numbers from a counter: Philox 4x32-10 (Salmon, Moraes, Dror, Shaw 2011).
#ifndef PT_RANDOM_H
#define PT_RANDOM_H

#include <stdint.h>

// Element i depends on the function, the seed and offset + i alone, so a stream cut into pieces is the same stream.
// After a call with n elements the offset moves on by n, whatever the function. Different functions draw from
// separate parts of the counter space.

/// n numbers uniform in [low, high), on a grid of 2⁻²⁴ of the width; `low` where high is not above it.
void pt_random_uniform_f32(uint64_t seed, uint64_t offset, int64_t n, double low, double high, float *out);
/// As `pt_random_uniform_f32`, on float64 and a grid of 2⁻⁵³.
void pt_random_uniform_f64(uint64_t seed, uint64_t offset, int64_t n, double low, double high, double *out);

/// n numbers from the normal distribution, by the transformation of Box and Muller in double.
void pt_random_normal_f32(uint64_t seed, uint64_t offset, int64_t n, double mean, double standard_deviation,
                          float *out);
/// As `pt_random_normal_f32`, on float64.
void pt_random_normal_f64(uint64_t seed, uint64_t offset, int64_t n, double mean, double standard_deviation,
                          double *out);

/// n times 1 with keep_probability (to 2⁻³²; 0 and 1 are exact), else 0.
void pt_random_bernoulli_u8(uint64_t seed, uint64_t offset, int64_t n, double keep_probability, uint8_t *out);

/// n integers uniform in low ..< high; low where high is not above it.
void pt_random_integers_i64(uint64_t seed, uint64_t offset, int64_t n, int64_t low, int64_t high, int64_t *out);

#endif
