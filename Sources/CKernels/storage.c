// Making and freeing the blocks that tensors share.
#include "pt_storage.h"

#include "pt_memory.h"

#include <stddef.h>

enum {
  HEADER = 64,          // keeps the elements behind it aligned
  LARGEST_SMALL = 4096  // more elements than this lie apart, where a header would cost a size class
};

_Static_assert(sizeof(pt_storage) <= HEADER, "the header of a storage is too large");

pt_storage *pt_storage_create(int64_t byte_count) {
  if (byte_count < 0) return NULL;
  bool is_small = byte_count <= LARGEST_SMALL;
  pt_storage *storage = pt_alloc(is_small ? HEADER + byte_count : HEADER);
  if (storage == NULL) return NULL;
  void *data = is_small ? (char *)storage + HEADER : pt_alloc(byte_count);
  if (data == NULL) {
    pt_free(storage, HEADER);
    return NULL;
  }
  *storage = (pt_storage){.data = data, .byte_count = byte_count, .references = 1};
  return storage;
}

void pt_storage_destroy(pt_storage *storage) {
  int64_t byte_count = storage->byte_count;
  if (byte_count <= LARGEST_SMALL) {
    pt_free(storage, HEADER + byte_count);
  } else {
    pt_free(storage->data, byte_count);
    pt_free(storage, HEADER);
  }
}
