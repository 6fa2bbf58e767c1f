#ifndef VSWIFT_CDPDK_VHOST_FAULT_H
#define VSWIFT_CDPDK_VHOST_FAULT_H

#include <stdint.h>

/* Memory of guests that goes away. A frontend may make the file of its memory shorter while it is mapped here: whoever
 * touches the missing part gets SIGBUS, which ends the process. For files that are watched there come zeros in place of
 * the mapping, the frontend's connection is shut down, and the thread goes on.
 *
 * All but the handler itself: one caller at a time. */

/* Takes over SIGBUS; other faults do what they did before. Once, after the EAL is up. 0 or -errno. */
int cdpdk_vhost_fault_open(void);
/* Watches the file of a descriptor for a device's connection: 0, -errno, or -ENOSPC when there are too many. Files have a
 * kind (by the request that brings them) and a generation, the number of the message. */
int cdpdk_vhost_fault_watch(int device, int connection, int file, uint32_t kind, uint32_t generation);
/* Forgets the files of that kind which were not in the message of this generation. */
void cdpdk_vhost_fault_renew(int device, uint32_t kind, uint32_t generation);
/* Forgets all files of a device: whether one of those that were known at the end went away. */
int cdpdk_vhost_fault_forget(int device);

#endif
