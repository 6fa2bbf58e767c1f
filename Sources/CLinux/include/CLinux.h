#ifndef VSWIFT_CLINUX_H
#define VSWIFT_CLINUX_H
/* The ioctls and system calls that Glibc's module map does not give to Swift. One thing per function, no policy;
 * failures come back as negative errno. */

#include <sys/types.h>

/* fork(2), which Swift's Glibc module marks unavailable. */
pid_t cl_fork(void);

#endif
