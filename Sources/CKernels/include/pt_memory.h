// Storage for tensors and scratch space, from a cache of blocks in size classes.
#ifndef PT_MEMORY_H
#define PT_MEMORY_H

#include <stdint.h>

/// A block of at least `bytes` bytes, aligned to 64, its content undefined; NULL when memory can't be had,
/// which is always so for negative sizes and for sizes above the machine's memory. Zero bytes are a block
/// too.
///
/// Blocks come in classes, eight to each power of two, so at most an eighth of one above 512 bytes is unused.
/// Any thread may free a block.
void *pt_alloc(int64_t bytes);

/// Gives back a block of `pt_alloc`; `bytes` must be the size that was asked for. NULL is ignored.
///
/// The block stays in the cache: small ones with the calling thread, the rest in a list that all threads
/// share. The shared cache holds at most a quarter of the machine's memory.
void pt_free(void *pointer, int64_t bytes);

/// Gives the shared cache and the calling thread's back to the system.
void pt_release_cache(void);

/// The bytes that `pt_release_cache` would give back.
int64_t pt_cached_bytes(void);

#endif
