#ifndef VSWIFT_CDPDK_H
#define VSWIFT_CDPDK_H
/* The only door to DPDK. No DPDK header is included here, so that Swift imports plain C; the .c files include DPDK and
 * assert the mirrored layouts. One thing per function, no policy; failures come back as negative errno or NULL. */

#include "cdpdk_atomic.h"
#include "cdpdk_eal.h"
#include "cdpdk_mbuf.h"
#include "cdpdk_memory.h"
#include "cdpdk_pool.h"
#include "cdpdk_port.h"
#include "cdpdk_prefetch.h"
#include "cdpdk_vhost.h"
#include "cdpdk_vhost_fault.h"
#include "cdpdk_vhost_ring.h"

#endif
