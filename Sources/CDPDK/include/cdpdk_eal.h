#ifndef VSWIFT_CDPDK_EAL_H
#define VSWIFT_CDPDK_EAL_H

#include <stddef.h>
#include <stdint.h>

/* Levels of rte_log.h, as cdpdk_log_callback gets them. */
enum {
    CDPDK_LOG_EMERGENCY = 1,
    CDPDK_LOG_ALERT,
    CDPDK_LOG_CRITICAL,
    CDPDK_LOG_ERROR,
    CDPDK_LOG_WARNING,
    CDPDK_LOG_NOTICE,
    CDPDK_LOG_INFO,
    CDPDK_LOG_DEBUG,
};
/* One write to DPDK's log: not terminated by 0, perhaps a part of a line. Called from any thread. */
typedef void (*cdpdk_log_callback)(void *context, uint32_t level, const char *text, size_t length);
/* rte_openlog_stream: everything DPDK logs from now on goes to the callback. Works before the EAL is up. */
int cdpdk_log_open(cdpdk_log_callback callback, void *context);

/* rte_eal_init; the caller's affinity is as before afterwards. At least 0, or -rte_errno. argv may be permuted.
 * Once per process: -EALREADY when it is up. Some failures end the process (rte_exit, rte_panic). */
int cdpdk_eal_init(int argc, char **argv);
int cdpdk_eal_cleanup(void);
/* "DPDK 22.11.11". */
const char *cdpdk_version(void);
/* rte_strerror of a positive errno: the caller's thread keeps the text. */
const char *cdpdk_strerror(int error);
/* Whether buffers come from hugepages. */
int cdpdk_has_hugepages(void);
/* rte_mp_disable: no secondary process protocol; 0 or -1. */
int cdpdk_disable_multiprocess(void);

#endif
