// Small pieces of run-time support that Swift has no fast form of.
#ifndef PT_RUNTIME_H
#define PT_RUNTIME_H

#include <stdint.h>

/// The next number of a process-wide count that starts at 1: the order in which graph nodes were created.
uint64_t pt_next_sequence_number(void);

/// A pointer-sized variable of the calling thread, NULL at first: the queue of graph nodes to release.
void **pt_thread_release_queue(void);

#endif
