// What a core can do at most, found by trying.

#ifndef LIMITS_OF_CORE_H
#define LIMITS_OF_CORE_H

/// Runs `rounds` rounds of independent multiply-adds, as wide as the CPU has them, and returns how many
/// floating-point operations that was, each multiply-add counting as two.
double limits_multiply_add(long rounds);

#endif
