// The pool of threads that large kernels share.
#ifndef PT_THREADS_H
#define PT_THREADS_H

#include <stdint.h>

/// The number of threads that parallel regions use, the caller's included. It starts as the environment
/// variable `PURUTORCH_NUM_THREADS`, or else as the number of cores this process may run on.
int pt_num_threads(void);

/// Sets the number of threads for the regions that start later; values below 1 count as 1, values above
/// 256 as 256. No result depends on it.
void pt_set_num_threads(int count);

/// The work of one range, `begin..<end`, of a parallel region.
typedef void (*pt_range_body)(void *context, int64_t begin, int64_t end);

/// Calls `body` exactly once for each of the ranges `0..<grain`, `grain..<2*grain`, and so on up to `count`,
/// on several threads in no stated order, and returns when all calls have returned. `begin / grain` is the
/// range's index; the ranges are the same at every number of threads. A grain below 1 counts as 1.
///
/// The caller takes part. The calls run one after the other in the caller's thread when there is a single
/// range or thread, in a nested region, and while another thread's region has the pool.
void pt_parallel_for(int64_t count, int64_t grain, pt_range_body body, void *context);

#endif
