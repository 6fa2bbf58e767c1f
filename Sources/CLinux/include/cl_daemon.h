#ifndef VSWIFT_CL_DAEMON_H
#define VSWIFT_CL_DAEMON_H

#include <stddef.h>

/* The name of the calling thread into name (at least 16 bytes): 0 or -errno. */
int cl_thread_name(char *name, size_t size);
/* Writes no core files from now on (RLIMIT_CORE 0). */
int cl_disable_core(void);
/* Lets the process have as many descriptors as it may (RLIMIT_NOFILE, soft to hard): 0 or -errno. */
int cl_raise_descriptor_limit(void);
/* Shows title in ps(1) instead of the arguments, cut to their length; NULL shows the arguments again. Not for use by
 * several threads. */
void cl_set_title(const char *title);
/* Has all threads share one heap of the C library; to be called while there is one thread (mallopt, M_ARENA_MAX). */
void cl_share_heap(void);
/* Gives the C library's free memory back to the system (malloc_trim). */
void cl_trim_heap(void);

#endif
