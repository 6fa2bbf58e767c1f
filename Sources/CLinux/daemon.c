#include "CLinux.h"
#include <errno.h>
#include <pthread.h>
#include <string.h>
#include <sys/resource.h>

int cl_thread_name(char *name, size_t size)
{
    return -pthread_getname_np(pthread_self(), name, size);
}

int cl_disable_core(void)
{
    struct rlimit none = {0, 0};
    return setrlimit(RLIMIT_CORE, &none) < 0 ? -errno : 0;
}

void cl_set_title(int argc, char **argv, const char *title)
{
    if (argc < 1)
        return;
    /* The kernel lays the strings out one behind the other; stop where that is not so. */
    char *end = argv[0] + strlen(argv[0]) + 1;
    for (int i = 1; i < argc && argv[i] == end; i++)
        end += strlen(argv[i]) + 1;
    size_t room = (size_t)(end - argv[0]);
    size_t length = strlen(title) < room ? strlen(title) : room - 1;
    memcpy(argv[0], title, length);
    memset(argv[0] + length, 0, room - length);
}
