#ifndef VSWIFT_CL_DAEMON_H
#define VSWIFT_CL_DAEMON_H

#include <stddef.h>

/* The name of the calling thread into name (at least 16 bytes): 0 or -errno. */
int cl_thread_name(char *name, size_t size);
/* Writes no core files from now on (RLIMIT_CORE 0). */
int cl_disable_core(void);
/* Writes title over the arguments of the process, argc strings at argv, which nobody may read afterwards; what
 * does not fit is cut off. */
void cl_set_title(int argc, char **argv, const char *title);

#endif
