#include "CLinux.h"
#include <errno.h>
#include <malloc.h>
#include <pthread.h>
#include <stdlib.h>
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

int cl_raise_descriptor_limit(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) < 0)
        return -errno;
    limit.rlim_cur = limit.rlim_max;
    return setrlimit(RLIMIT_NOFILE, &limit) < 0 ? -errno : 0;
}

/* Where the kernel laid down the arguments, one string behind the other. Swift's CommandLine holds copies of them, so
 * a constructor, which glibc gives the originals, keeps the place. */
static struct {
    char *start;
    size_t room;
    char *saved;
} title_area;

__attribute__((constructor)) static void keep_title_area(int argc, char **argv, char **environment)
{
    (void)environment;
    if (argc < 1)
        return;
    char *end = argv[0] + strlen(argv[0]) + 1;
    for (int i = 1; i < argc && argv[i] == end; i++)
        end += strlen(argv[i]) + 1;
    title_area.start = argv[0];
    title_area.room = (size_t)(end - argv[0]);
}

void cl_set_title(const char *title)
{
    if (!title_area.start)
        return;
    if (!title_area.saved) {
        title_area.saved = malloc(title_area.room);
        if (!title_area.saved)
            return;
        memcpy(title_area.saved, title_area.start, title_area.room);
    }
    if (!title) {
        memcpy(title_area.start, title_area.saved, title_area.room);
        return;
    }
    size_t length = strnlen(title, title_area.room - 1);
    memset(title_area.start, 0, title_area.room);
    memcpy(title_area.start, title, length);
}

void cl_share_heap(void)
{
    (void)mallopt(M_ARENA_MAX, 1);
}

void cl_trim_heap(void)
{
    (void)malloc_trim(0);
}
