// Blocks in geometric size classes: small ones cached by each thread, the rest in one shared list a class.
#if defined(__linux__) && !defined(_GNU_SOURCE)
#define _GNU_SOURCE
#endif

#include "pt_memory.h"

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <unistd.h>

#if defined(__linux__)
#include <sys/mman.h>
#endif

#if defined(__GLIBC__)
#include <malloc.h>
#endif

enum {
  ALIGNMENT = 64,
  HUGE_PAGE = 1 << 21,
  SMALL_CLASSES = 64,   // up to 64 KiB
  CLASSES = 8 * 39,     // up to 2^47 bytes
  THREAD_BYTES = 65536  // what a thread keeps of one class, at least
};

struct block {
  struct block *next;
};

struct list {
  struct block *first;
  int64_t count;
};

static struct {
  pthread_mutex_t mutex;
  struct list lists[CLASSES];
  int64_t bytes;
} shared = {.mutex = PTHREAD_MUTEX_INITIALIZER};

static _Thread_local struct {
  struct list lists[SMALL_CLASSES];
  bool is_registered;
} own;

static pthread_key_t thread_exit_key;
static int64_t machine_bytes;

// The class of a size: 64-byte steps up to 512, then eight steps to each power of two.
static inline int class_of(int64_t bytes) {
  uint64_t last = bytes > 0 ? (uint64_t)(bytes - 1) : 0;
  if (last < 512) return (int)(last / 64);
  int power = 63 - __builtin_clzll(last);
  return 8 * (power - 8) + (int)((last >> (power - 3)) & 7);
}

static inline int64_t class_bytes(int class) {
  if (class < 8) return 64 * (class + 1);
  return (int64_t)(class % 8 + 9) << (class / 8 + 5);
}

static inline void push(struct list *list, struct block *block) {
  block->next = list->first;
  list->first = block;
  list->count++;
}

static inline struct block *pop(struct list *list) {
  struct block *block = list->first;
  if (block != NULL) {
    list->first = block->next;
    list->count--;
  }
  return block;
}

// Frees what is in the shared lists; the caller holds the mutex.
static void empty_shared(void) {
  for (int class = 0; class < CLASSES; class++) {
    for (struct block *block; (block = pop(&shared.lists[class])) != NULL;) free(block);
  }
  shared.bytes = 0;
}

// Puts a block into its shared list; the caller holds the mutex. At the limit everything older goes first:
// the sizes in use have changed, or there is too little memory for a cache.
static void push_shared(int class, struct block *block) {
  if (shared.bytes + class_bytes(class) > machine_bytes / 4) empty_shared();
  push(&shared.lists[class], block);
  shared.bytes += class_bytes(class);
}

static struct block *pop_shared(int class) {
  struct block *block = pop(&shared.lists[class]);
  if (block != NULL) shared.bytes -= class_bytes(class);
  return block;
}

// Moves blocks of a class from the thread's list to the shared one until `rest` are left.
static void hand_over(int class, int64_t rest) {
  pthread_mutex_lock(&shared.mutex);
  while (own.lists[class].count > rest) push_shared(class, pop(&own.lists[class]));
  pthread_mutex_unlock(&shared.mutex);
}

static void leave_thread(void *unused) {
  (void)unused;
  own.is_registered = false;
  for (int class = 0; class < SMALL_CLASSES; class++) hand_over(class, 0);
}

__attribute__((constructor)) static void prepare(void) {
  machine_bytes = (int64_t)sysconf(_SC_PHYS_PAGES) * (int64_t)sysconf(_SC_PAGESIZE);
  pthread_key_create(&thread_exit_key, leave_thread);
}

static int64_t thread_limit(int class) {
  int64_t count = THREAD_BYTES / class_bytes(class);
  return count < 8 ? 8 : count;
}

// A new block from the system; the large ones ask for huge pages, which are far cheaper to touch first.
static void *fresh_block(int class) {
  size_t bytes = (size_t)class_bytes(class);
  if (bytes < 2 * HUGE_PAGE) return aligned_alloc(ALIGNMENT, bytes);
  bytes = (bytes + HUGE_PAGE - 1) / HUGE_PAGE * HUGE_PAGE;
  void *block = aligned_alloc(HUGE_PAGE, bytes);
#if defined(__linux__)
  if (block != NULL) madvise(block, bytes, MADV_HUGEPAGE);
#endif
  return block;
}

// The slow path: from the shared list, else from the system.
static void *take(int class) {
  pthread_mutex_lock(&shared.mutex);
  struct block *block = pop_shared(class);
  if (block != NULL && class < SMALL_CLASSES) {
    for (int64_t more = thread_limit(class) / 2; more > 0; more--) {
      struct block *extra = pop_shared(class);
      if (extra == NULL) break;
      push(&own.lists[class], extra);
    }
  }
  pthread_mutex_unlock(&shared.mutex);
  if (block != NULL) return block;

  block = fresh_block(class);
  if (block != NULL) return block;
  pt_release_cache();
  return fresh_block(class);
}

void *pt_alloc(int64_t bytes) {
  if (bytes < 0 || bytes > machine_bytes) return NULL;
  int class = class_of(bytes);
  if (class < SMALL_CLASSES) {
    struct block *block = pop(&own.lists[class]);
    if (block != NULL) return block;
  }
  return take(class);
}

void pt_free(void *pointer, int64_t bytes) {
  if (pointer == NULL) return;
  int class = class_of(bytes);
  if (class >= SMALL_CLASSES) {
    pthread_mutex_lock(&shared.mutex);
    push_shared(class, pointer);
    pthread_mutex_unlock(&shared.mutex);
    return;
  }
  push(&own.lists[class], pointer);
  if (!own.is_registered) own.is_registered = pthread_setspecific(thread_exit_key, &own) == 0;
  if (own.lists[class].count > thread_limit(class)) hand_over(class, thread_limit(class) / 2);
}

void pt_release_cache(void) {
  for (int class = 0; class < SMALL_CLASSES; class++) {
    for (struct block *block; (block = pop(&own.lists[class])) != NULL;) free(block);
  }
  pthread_mutex_lock(&shared.mutex);
  empty_shared();
  pthread_mutex_unlock(&shared.mutex);
#if defined(__GLIBC__)
  malloc_trim(0);  // what was freed stays in the heap otherwise
#endif
}

int64_t pt_cached_bytes(void) {
  int64_t bytes = 0;
  for (int class = 0; class < SMALL_CLASSES; class++) bytes += own.lists[class].count * class_bytes(class);
  pthread_mutex_lock(&shared.mutex);
  bytes += shared.bytes;
  pthread_mutex_unlock(&shared.mutex);
  return bytes;
}
