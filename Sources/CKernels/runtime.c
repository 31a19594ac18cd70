// Small pieces of run-time support that Swift has no fast form of.
#include "pt_runtime.h"

#include <stddef.h>

uint64_t pt_next_sequence_number(void) {
  static uint64_t last = 0;
  return __atomic_add_fetch(&last, 1, __ATOMIC_RELAXED);
}

void **pt_thread_release_queue(void) {
  static _Thread_local void *queue = NULL;
  return &queue;
}
