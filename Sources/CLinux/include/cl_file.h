#ifndef VSWIFT_CL_FILE_H
#define VSWIFT_CL_FILE_H

#include <stdint.h>

/* Has the file system keep room for length bytes of a file from offset on, without a change of the file's size
 * (fallocate, FALLOC_FL_KEEP_SIZE): 0 or -errno. */
int cl_reserve(int file, int64_t offset, int64_t length);

#endif
