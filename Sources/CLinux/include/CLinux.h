#ifndef VSWIFT_CLINUX_H
#define VSWIFT_CLINUX_H
/* The ioctls and system calls that Glibc's module map does not give to Swift. One thing per function, no policy;
 * failures come back as negative errno. */

#include "cl_daemon.h"
#include "cl_device.h"
#include "cl_file.h"
#include "cl_packet.h"
#include "cl_process.h"
#include "cl_thread.h"

#endif
