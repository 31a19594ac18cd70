// What precedes loops whose iterations are independent.
#ifndef PT_INDEPENDENT_H
#define PT_INDEPENDENT_H

/// Before a loop whose output is an input itself or doesn't overlap it: no element depends on another.
///
/// `PT_INDEPENDENT_BY` also says how many elements a vector holds: loops that wait for memory are given 32 bytes,
/// since 64 are no faster. `PT_INDEPENDENT_TIMES` says how many vectors are taken at a time: where each is a long
/// chain of operations, several hide the waiting. `PT_UNROLL_TWICE` does so for loops over vectors.
#if defined(__clang__)
#define PT_PRAGMA(text) _Pragma(#text)
#define PT_INDEPENDENT PT_PRAGMA(clang loop vectorize(assume_safety))
#define PT_INDEPENDENT_BY(width) PT_PRAGMA(clang loop vectorize(assume_safety) vectorize_width(width))
#define PT_INDEPENDENT_TIMES(vectors) PT_PRAGMA(clang loop vectorize(assume_safety) interleave_count(vectors))
#define PT_UNROLL_TWICE PT_PRAGMA(clang loop unroll_count(2))
#else
#define PT_UNROLL_TWICE
#define PT_INDEPENDENT _Pragma("GCC ivdep")
#define PT_INDEPENDENT_BY(width) PT_INDEPENDENT
#define PT_INDEPENDENT_TIMES(vectors) PT_INDEPENDENT
#endif

#endif
