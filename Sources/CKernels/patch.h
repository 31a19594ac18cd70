// A patch: the part of an image that a chunk of output positions reads, padded, its rows and columns sorted
// by their remainder on division by the stride, so that neighbouring positions read neighbouring elements.
#ifndef PT_PATCH_H
#define PT_PATCH_H

#include <stdbool.h>
#include <stdint.h>

/// One dimension of a patch. Its planes are the remainders on division by `split`: the image's first + e is
/// in plane e % split at index e / split.
struct pt_patch_axis {
  int64_t first;    ///< where the patch begins in the image; may be negative
  int64_t size;     ///< the image's size
  int64_t split;    ///< the number of planes: the stride, or 1 where the elements stay in order
  int64_t spacing;  ///< the distance between positions in a plane: 1, or the stride
  int64_t length;   ///< the indices in each plane
  int64_t taps;     ///< the kernel's size,
  int64_t step;     ///< and the distance between its taps
};

/// The axis for `count` positions from the image's `first` on, stride = split * spacing.
static inline struct pt_patch_axis pt_patch_axis(int64_t first, int64_t size, int64_t split, int64_t spacing,
                                                 int64_t count, int64_t taps, int64_t step) {
  int64_t length = (count - 1) * spacing + 1 + (taps - 1) * step / split;
  return (struct pt_patch_axis){.first = first, .size = size, .split = split, .spacing = spacing,
                                .length = length, .taps = taps, .step = step};
}

/// Whether some tap of some position reads the index of the plane, or may where positions are neighbours.
static inline bool pt_patch_reads(const struct pt_patch_axis *axis, int64_t plane, int64_t index) {
  if (axis->spacing == 1 || (axis->step == 1 && axis->spacing <= axis->taps)) return true;
  for (int64_t tap = 0; tap < axis->taps; tap++) {
    int64_t position = index - tap * axis->step / axis->split;
    bool is_position = position >= 0 && position % axis->spacing == 0;
    if (is_position && tap * axis->step % axis->split == plane) return true;
  }
  return false;
}

/// The first index of a plane that some tap of some position reads; the plane's length when none does.
static inline int64_t pt_patch_begin(const struct pt_patch_axis *axis, int64_t plane) {
  for (int64_t tap = 0; tap < axis->taps; tap++) {
    if (tap * axis->step % axis->split == plane) return tap * axis->step / axis->split;
  }
  return axis->length;
}

/// The elements of one channel's patch.
static inline int64_t pt_patch_size(const struct pt_patch_axis *y, const struct pt_patch_axis *x) {
  return y->split * y->length * x->split * x->length;
}

/// Where in a channel's patch position 0 meets the steps (sy, sx).
static inline int64_t pt_patch_offset(const struct pt_patch_axis *y, const struct pt_patch_axis *x,
                                      int64_t sy, int64_t sx) {
  int64_t plane = sy % y->split * x->split + sx % x->split;
  return (plane * y->length + sy / y->split) * x->length + sx / x->split;
}

/// Whether the image itself can serve as the patch: nothing is padded, the rows and columns are in order.
static inline bool pt_patch_is_inside(const struct pt_patch_axis *axis) {
  return axis->split == 1 && axis->first >= 0 && axis->first + axis->length <= axis->size;
}

#endif
