#define _GNU_SOURCE
#include "CLinux.h"
#include <errno.h>
#include <fcntl.h>

int cl_reserve(int file, int64_t offset, int64_t length)
{
    return fallocate(file, FALLOC_FL_KEEP_SIZE, offset, length) < 0 ? -errno : 0;
}
