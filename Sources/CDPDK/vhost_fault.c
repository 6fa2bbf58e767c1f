#include "cdpdk_vhost_fault.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

/* A signal handler has no context but these. A slot is free when its device is 0, else device + 1; it is written last. */
enum { SLOTS = 4096 };
static struct slot {
    int device;
    int connection;
    int is_gone;
    uint32_t kind, generation;
    dev_t volume;
    ino_t inode;
    uint64_t cookie;
} slots[SLOTS];
static struct sigaction before;

struct mapping {
    uintptr_t begin, end;
    int is_shared;
    unsigned major, minor;
    uint64_t inode;
};

/* A number at *text, which then stands behind it and the one character that ends it. */
static uint64_t take(const char **text, unsigned base)
{
    uint64_t value = 0;
    for (;; (*text)++) {
        unsigned digit = (unsigned)**text - '0';
        if (digit > 9)
            digit = ((unsigned)**text | 32) - 'a' < 6 ? ((unsigned)**text | 32) - 'a' + 10 : 99;
        if (digit >= base)
            break;
        value = value * base + digit;
    }
    if (**text)
        (*text)++;
    return value;
}

/* "begin-end rwxs offset major:minor inode  name" of /proc/self/maps. */
static struct mapping parse(const char *line)
{
    struct mapping mapping;
    mapping.begin = take(&line, 16);
    mapping.end = take(&line, 16);
    for (int skipped = 0; skipped < 3 && *line; skipped++)
        line++;
    mapping.is_shared = *line == 's';
    line += *line ? 1 : 0;
    line += *line ? 1 : 0;
    take(&line, 16);
    mapping.major = (unsigned)take(&line, 16);
    mapping.minor = (unsigned)take(&line, 16);
    mapping.inode = take(&line, 10);
    return mapping;
}

/* The mapping that an address is in; only with system calls, for a handler of signals. */
static int find(uintptr_t address, struct mapping *found)
{
    char block[2048], line[160];
    size_t length = 0;
    ssize_t count;
    int maps = open("/proc/self/maps", O_RDONLY | O_CLOEXEC), result = 0;
    while (maps >= 0 && !result && (count = read(maps, block, sizeof block)) > 0) {
        for (ssize_t at = 0; at < count && !result; at++) {
            if (block[at] != '\n') {
                /* What does not fit is part of the name. */
                if (length < sizeof line - 1)
                    line[length++] = block[at];
                continue;
            }
            line[length] = 0;
            length = 0;
            *found = parse(line);
            result = address >= found->begin && address < found->end;
        }
    }
    if (maps >= 0)
        close(maps);
    return result;
}

static struct slot *owner(const struct mapping *mapping)
{
    for (int n = 0; n < SLOTS; n++)
        if (__atomic_load_n(&slots[n].device, __ATOMIC_ACQUIRE) && slots[n].inode == mapping->inode &&
            slots[n].volume == makedev(mapping->major, mapping->minor))
            return &slots[n];
    return NULL;
}

static uint64_t cookie_of(int connection)
{
    uint64_t cookie = 0;
    socklen_t size = sizeof cookie;
    return getsockopt(connection, SOL_SOCKET, SO_COOKIE, &cookie, &size) == 0 ? cookie : 0;
}

static void on_fault(int number, siginfo_t *info, void *context)
{
    (void)context;
    int error = errno;
    struct mapping mapping;
    struct slot *slot = NULL;
    if (info->si_code > 0 && find((uintptr_t)info->si_addr, &mapping) && mapping.is_shared)
        slot = owner(&mapping);
    if (slot && mmap((void *)mapping.begin, mapping.end - mapping.begin, PROT_READ | PROT_WRITE,
                     MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED | MAP_NORESERVE, -1, 0) != MAP_FAILED) {
        __atomic_store_n(&slot->is_gone, 1, __ATOMIC_RELEASE);
        /* The number may be somebody else's by now. */
        if (slot->cookie && cookie_of(slot->connection) == slot->cookie)
            shutdown(slot->connection, SHUT_RDWR);
    } else {
        /* The access is made again and does what it would have done without us. */
        sigaction(number, &before, NULL);
    }
    errno = error;
}

int cdpdk_vhost_fault_open(void)
{
    struct sigaction action = {.sa_sigaction = on_fault, .sa_flags = SA_SIGINFO | SA_NODEFER}, old;
    if (sigaction(SIGBUS, &action, &old) != 0)
        return -errno;
    if (old.sa_sigaction != on_fault)
        before = old;
    return 0;
}

int cdpdk_vhost_fault_watch(int device, int connection, int file, uint32_t kind, uint32_t generation)
{
    struct stat attributes;
    if (fstat(file, &attributes) != 0)
        return -errno;
    for (int n = 0; n < SLOTS; n++)
        if (slots[n].device == device + 1 && slots[n].kind == kind && slots[n].volume == attributes.st_dev &&
            slots[n].inode == attributes.st_ino) {
            slots[n].generation = generation;
            return 0;
        }
    for (int n = 0; n < SLOTS; n++) {
        if (slots[n].device)
            continue;
        slots[n].connection = connection;
        slots[n].cookie = cookie_of(connection);
        slots[n].is_gone = 0;
        slots[n].kind = kind;
        slots[n].generation = generation;
        slots[n].volume = attributes.st_dev;
        slots[n].inode = attributes.st_ino;
        __atomic_store_n(&slots[n].device, device + 1, __ATOMIC_RELEASE);
        return 0;
    }
    return -ENOSPC;
}

void cdpdk_vhost_fault_renew(int device, uint32_t kind, uint32_t generation)
{
    for (int n = 0; n < SLOTS; n++)
        if (slots[n].device == device + 1 && slots[n].kind == kind && slots[n].generation != generation)
            __atomic_store_n(&slots[n].device, 0, __ATOMIC_RELEASE);
}

int cdpdk_vhost_fault_forget(int device)
{
    int is_gone = 0;
    for (int n = 0; n < SLOTS; n++)
        if (slots[n].device == device + 1) {
            is_gone |= __atomic_load_n(&slots[n].is_gone, __ATOMIC_ACQUIRE);
            __atomic_store_n(&slots[n].device, 0, __ATOMIC_RELEASE);
        }
    return is_gone;
}
