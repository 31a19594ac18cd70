// A pool of threads for parallel regions: workers spin briefly, then sleep, and the caller takes part.
#if defined(__linux__) && !defined(_GNU_SOURCE)
#define _GNU_SOURCE
#endif

#include "pt_threads.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <unistd.h>

enum {
  MOST_THREADS = 256,
  SPINS_BEFORE_SLEEP = 4000,
  SPINS_BEFORE_YIELD = 1000,
};

// The region under way. Only the thread that holds `busy` writes it, and only while `active` is zero.
static struct {
  int64_t count, grain;
  pt_range_body body;
  void *context;
  int workers;
  _Atomic int64_t next;
} region;

static atomic_flag busy = ATOMIC_FLAG_INIT;
static _Atomic uint64_t epoch;  // odd while a region is open to workers
static _Atomic int active;      // workers that may be reading `region`
static _Atomic int sleepers;
static _Atomic int thread_count;
static int started_workers;  // guarded by `busy`

static pthread_mutex_t sleep_mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t wake_up = PTHREAD_COND_INITIALIZER;

static inline void spin_pause(void) {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ volatile("yield");
#endif
}

static int clamped(long count) { return count < 1 ? 1 : count > MOST_THREADS ? MOST_THREADS : (int)count; }

static int available_cores(void) {
#if defined(__linux__)
  cpu_set_t cores;
  if (sched_getaffinity(0, sizeof cores, &cores) == 0) return clamped(CPU_COUNT(&cores));
#endif
  return clamped(sysconf(_SC_NPROCESSORS_ONLN));
}

int pt_num_threads(void) {
  int count = atomic_load_explicit(&thread_count, memory_order_relaxed);
  if (count > 0) return count;
  const char *wanted = getenv("PURUTORCH_NUM_THREADS");
  int initial = wanted != NULL && atol(wanted) > 0 ? clamped(atol(wanted)) : available_cores();
  int unset = 0;
  atomic_compare_exchange_strong(&thread_count, &unset, initial);
  return atomic_load_explicit(&thread_count, memory_order_relaxed);
}

void pt_set_num_threads(int count) { atomic_store(&thread_count, clamped(count)); }

static void run_range(int64_t count, int64_t grain, int64_t index, pt_range_body body, void *context) {
  int64_t begin = index * grain;
  body(context, begin, count - begin < grain ? count : begin + grain);
}

static void take_ranges(void) {
  int64_t ranges = (region.count - 1) / region.grain + 1;
  for (;;) {
    int64_t index = atomic_fetch_add_explicit(&region.next, 1, memory_order_relaxed);
    if (index >= ranges) return;
    run_range(region.count, region.grain, index, region.body, region.context);
  }
}

// Waits for an open region other than `last` and returns its epoch.
static uint64_t next_region(uint64_t last) {
  for (int spins = 0;; spins++) {
    uint64_t now = atomic_load(&epoch);
    if ((now & 1) != 0 && now != last) return now;
    if (spins < SPINS_BEFORE_SLEEP) {
      spin_pause();
      continue;
    }
    pthread_mutex_lock(&sleep_mutex);
    atomic_fetch_add(&sleepers, 1);
    for (now = atomic_load(&epoch); (now & 1) == 0 || now == last; now = atomic_load(&epoch)) {
      pthread_cond_wait(&wake_up, &sleep_mutex);
    }
    atomic_fetch_sub(&sleepers, 1);
    pthread_mutex_unlock(&sleep_mutex);
    return now;
  }
}

static void *work(void *argument) {
  int index = (int)(intptr_t)argument;
  for (uint64_t last = 0;;) {
    uint64_t current = next_region(last);
    atomic_fetch_add(&active, 1);
    // The opener closes the epoch before it looks at `active`: so either it waits for this thread, or this
    // thread sees that the region is closed.
    if (atomic_load(&epoch) == current && index < region.workers) take_ranges();
    atomic_fetch_sub(&active, 1);
    last = current;
  }
  return NULL;
}

static void forget_workers(void) {
  started_workers = 0;
  atomic_store(&active, 0);
  atomic_store(&sleepers, 0);
  atomic_store(&epoch, 0);
  atomic_flag_clear(&busy);
  pthread_mutex_init(&sleep_mutex, NULL);
  pthread_cond_init(&wake_up, NULL);
}

// Starts workers up to `wanted` and returns how many of them there are.
static int start_workers(int wanted) {
  static bool watches_forks = false;
  if (!watches_forks) watches_forks = pthread_atfork(NULL, NULL, forget_workers) == 0;
  while (started_workers < wanted) {
    pthread_t thread;
    if (pthread_create(&thread, NULL, work, (void *)(intptr_t)started_workers) != 0) break;
    pthread_detach(thread);
    started_workers++;
  }
  return started_workers < wanted ? started_workers : wanted;
}

void pt_parallel_for(int64_t count, int64_t grain, pt_range_body body, void *context) {
  if (count <= 0) return;
  if (grain < 1) grain = 1;
  int64_t ranges = (count - 1) / grain + 1;
  int threads = pt_num_threads();
  if (ranges < threads) threads = (int)ranges;
  if (threads == 1 || atomic_flag_test_and_set(&busy)) {
    for (int64_t index = 0; index < ranges; index++) run_range(count, grain, index, body, context);
    return;
  }

  region.count = count;
  region.grain = grain;
  region.body = body;
  region.context = context;
  region.workers = start_workers(threads - 1);
  atomic_store(&region.next, 0);
  atomic_fetch_add(&epoch, 1);
  if (atomic_load(&sleepers) > 0) {
    pthread_mutex_lock(&sleep_mutex);
    pthread_cond_broadcast(&wake_up);
    pthread_mutex_unlock(&sleep_mutex);
  }

  take_ranges();

  atomic_fetch_add(&epoch, 1);
  for (int spins = 0; atomic_load(&active) > 0; spins++) {
    if (spins < SPINS_BEFORE_YIELD) {
      spin_pause();
    } else {
      sched_yield();
    }
  }
  atomic_flag_clear(&busy);
}
