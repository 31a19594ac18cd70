// The memory that a tensor and its views share: a block of elements and the count of those that hold it.
#ifndef PT_STORAGE_H
#define PT_STORAGE_H

#include <stdbool.h>
#include <stdint.h>

/// A block of elements. Small ones lie behind this header in one block of the cache.
typedef struct pt_storage {
  void *data;
  int64_t byte_count;
  int64_t references;
  /// How often the contents were changed in place.
  uint32_t version;
} pt_storage;

/// A block with one reference, its content undefined, aligned to 64; NULL when memory can't be had.
pt_storage *pt_storage_create(int64_t byte_count);

/// Gives the memory back; for `pt_storage_release`.
void pt_storage_destroy(pt_storage *storage);

/// Whether the caller's reference is the only one.
static inline bool pt_storage_is_unique(const pt_storage *storage) {
  return __atomic_load_n(&storage->references, __ATOMIC_ACQUIRE) == 1;
}

/// Adds a reference.
static inline void pt_storage_retain(pt_storage *storage) {
  __atomic_fetch_add(&storage->references, 1, __ATOMIC_RELAXED);
}

/// Takes a reference away, and gives the memory back with the last one.
static inline void pt_storage_release(pt_storage *storage) {
  if (pt_storage_is_unique(storage) || __atomic_sub_fetch(&storage->references, 1, __ATOMIC_ACQ_REL) == 0) {
    pt_storage_destroy(storage);
  }
}

#endif
