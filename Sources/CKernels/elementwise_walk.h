// Runs a one-dimensional kernel over tensors of any strides, on several threads where there is enough work.
#ifndef PT_ELEMENTWISE_WALK_H
#define PT_ELEMENTWISE_WALK_H

#include "pt_elementwise.h"

#include <stdint.h>

/// The most tensors that take part in one walk.
enum { PT_MAX_OPERANDS = 4 };

/// The elements that a thread takes at a time: of functions about as cheap as the memory they touch, and of
/// the transcendental ones. Less work than that stays on the caller's thread.
enum { PT_GRAIN_CHEAP = 1 << 16, PT_GRAIN_COSTLY = 1 << 15 };

/// From how many elements a thread on a walk's operands come from memory, and how many elements ahead it is then
/// asked for.
enum { PT_BEYOND_CACHES = 1 << 18, PT_AHEAD = 512 };

/// A kernel over `n` elements of each operand, `strides` (in elements) apart. By convention the output comes
/// first. `ahead` is how many elements ahead memory should be asked for, 0 where caches have the operands.
typedef void (*pt_row)(int64_t n, void *const *operands, const int64_t *strides, int64_t ahead);

/// What a walk visits.
struct pt_walk {
  pt_row row;
  int operands;
  void *bases[PT_MAX_OPERANDS];
  int64_t sizes[PT_MAX_OPERANDS];  ///< bytes of an element
  int ndim;
  int64_t shape[PT_MAX_DIMENSIONS];
  int64_t strides[PT_MAX_OPERANDS][PT_MAX_DIMENSIONS];
  int64_t ahead;  ///< the kernel's last argument
};

/// Merges the dimensions of `walk` that are adjacent in every operand, drops those of size 1, finds `ahead`, and
/// returns the number of elements. At least one dimension remains.
int64_t pt_walk_collapse(struct pt_walk *walk);

/// Calls the kernel for the elements `begin..<end` of a walk, counted in row-major order.
void pt_walk_range(void *walk, int64_t begin, int64_t end);

/// Collapses `walk` and calls its kernel for all elements, `grain` at a time.
void pt_walk_run(struct pt_walk *walk, int64_t grain);

/// Calls `row` for `n` contiguous elements of each operand, or a single one repeated where `repeated` is the
/// operand's index (-1: none), `grain` at a time.
void pt_walk_contiguous(pt_row row, int64_t grain, int64_t n, int operands, void *const *bases,
                        const int64_t *sizes, int repeated);

#endif
