#ifndef VSWIFT_CDPDK_H
#define VSWIFT_CDPDK_H
/* The only door to DPDK. No DPDK header is included here, so that Swift imports plain C; the .c files include DPDK and
 * assert the mirrored layouts. */

#include <stdint.h>

#endif
