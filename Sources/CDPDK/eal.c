#define _GNU_SOURCE
#include "CDPDK.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>

#include <rte_eal.h>
#include <rte_errno.h>
#include <rte_lcore.h>
#include <rte_log.h>
#include <rte_version.h>

_Static_assert(CDPDK_LOG_EMERGENCY == RTE_LOG_EMERG && CDPDK_LOG_ERROR == RTE_LOG_ERR, "log levels");
_Static_assert(CDPDK_LOG_WARNING == RTE_LOG_WARNING && CDPDK_LOG_DEBUG == RTE_LOG_DEBUG, "log levels");

struct sink {
    cdpdk_log_callback callback;
    void *context;
};

static ssize_t write_log(void *cookie, const char *text, size_t length)
{
    const struct sink *sink = cookie;
    int level = rte_log_cur_msg_loglevel();
    sink->callback(sink->context, level < 0 ? CDPDK_LOG_INFO : (uint32_t)level, text, length);
    return (ssize_t)length;
}

static int close_log(void *cookie)
{
    free(cookie);
    return 0;
}

int cdpdk_log_open(cdpdk_log_callback callback, void *context)
{
    struct sink *sink = malloc(sizeof *sink);
    if (sink == NULL)
        return -ENOMEM;
    *sink = (struct sink){callback, context};
    cookie_io_functions_t functions = {.write = write_log, .close = close_log};
    FILE *stream = fopencookie(sink, "w", functions);
    if (stream == NULL) {
        free(sink);
        return -ENOMEM;
    }
    setvbuf(stream, NULL, _IOLBF, 4096);
    int error = rte_openlog_stream(stream);
    if (error)
        fclose(stream);
    return error ? -EINVAL : 0;
}

/* Two switches in one process may start at once. */
static pthread_mutex_t starting = PTHREAD_MUTEX_INITIALIZER;
static int is_up;

static int start_once(int argc, char **argv)
{
    if (is_up)
        return -EALREADY;
    cpu_set_t before;
    int known = sched_getaffinity(0, sizeof before, &before) == 0;
    rte_errno = 0;
    int result = rte_eal_init(argc, argv);
    int error = rte_errno;
    if (known)
        sched_setaffinity(0, sizeof before, &before);
    is_up = result >= 0;
    return result >= 0 ? result : -(error ? error : EINVAL);
}

int cdpdk_eal_init(int argc, char **argv)
{
    pthread_mutex_lock(&starting);
    int result = start_once(argc, argv);
    pthread_mutex_unlock(&starting);
    return result;
}

int cdpdk_eal_cleanup(void)
{
    return rte_eal_cleanup();
}

const char *cdpdk_version(void)
{
    return rte_version();
}

const char *cdpdk_strerror(int error)
{
    return rte_strerror(error);
}

int cdpdk_has_hugepages(void)
{
    return rte_eal_has_hugepages();
}

int cdpdk_disable_multiprocess(void)
{
    return rte_mp_disable() ? 0 : -1;
}
