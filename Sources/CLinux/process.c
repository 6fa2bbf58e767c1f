#include "CLinux.h"
#include <errno.h>
#include <unistd.h>

pid_t cl_fork(void)
{
    pid_t pid = fork();
    return pid < 0 ? -errno : pid;
}
