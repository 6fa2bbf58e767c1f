/* Clients of a database server: each a process with a connection, which sends its next request as soon as the last has
 * been answered.
 *
 *     database-clients SOCKET CLIENTS SECONDS REQUEST
 *
 * Prints how many requests were answered per second, of all clients together. Cheap on purpose: what is measured is the
 * server, which may have to share its core with them. Any reply but a short one without an error ends it with status 1. */
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* What the processes share. A client writes only to a cache line of its own. */
struct count {
    _Alignas(64) atomic_long value;
};
struct shared {
    atomic_int connected, started;
    struct count counts[];
};

static void fail(const char *what)
{
    fprintf(stderr, "database-clients: %s: %s\n", what, strerror(errno));
    exit(1);
}

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec + time.tv_nsec * 1e-9;
}

static int connected(const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (strlen(path) >= sizeof address.sun_path) {
        errno = ENAMETOOLONG;
        fail(path);
    }
    strcpy(address.sun_path, path);
    int file = socket(AF_UNIX, SOCK_STREAM, 0);
    /* Many come at once; the server may not yet have accepted the ones before. */
    while (connect(file, (struct sockaddr *) &address, sizeof address) != 0) {
        if (errno != EAGAIN) {
            fail(path);
        }
        usleep(2000);
    }
    return file;
}

static void call(int file, const char *request, size_t length)
{
    char reply[4096];
    size_t size = 0;
    if (send(file, request, length, MSG_NOSIGNAL) != (ssize_t) length) {
        fail("send");
    }
    do {
        ssize_t count = recv(file, reply + size, sizeof reply - 1 - size, 0);
        if (count <= 0) {
            fail("receive");
        }
        size += (size_t) count;
    } while (reply[size - 1] != '}');
    reply[size] = 0;
    if (!strstr(reply, "\"error\":null") || strstr(reply, "\"details\"")) {
        fprintf(stderr, "database-clients: %s\n", reply);
        exit(1);
    }
}

static void run(struct shared *shared, int number, const char *path, double seconds, const char *request)
{
    size_t length = strlen(request);
    int file = connected(path);
    atomic_fetch_add(&shared->connected, 1);
    /* Whoever came earlier would have the server for itself meanwhile. */
    while (!shared->started) {
        usleep(500);
    }
    double end = now() + seconds;
    for (long count = 1;; count++) {
        call(file, request, length);
        /* What was still under way when the time was over does not count. */
        if (now() >= end) {
            return;
        }
        atomic_store_explicit(&shared->counts[number].value, count, memory_order_relaxed);
    }
}

int main(int argc, char **argv)
{
    int clients = argc == 5 ? atoi(argv[2]) : 0;
    double seconds = argc == 5 ? atof(argv[3]) : 0;
    if (clients < 1 || seconds <= 0) {
        fputs("usage: database-clients SOCKET CLIENTS SECONDS REQUEST\n", stderr);
        return 2;
    }
    struct shared *shared = mmap(
        NULL, sizeof *shared + (size_t) clients * sizeof(struct count), PROT_READ | PROT_WRITE,
        MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (shared == MAP_FAILED) {
        fail("mmap");
    }
    for (int number = 0; number < clients; number++) {
        pid_t child = fork();
        if (child < 0) {
            fail("fork");
        }
        if (child == 0) {
            prctl(PR_SET_PDEATHSIG, SIGKILL);
            run(shared, number, argv[1], seconds, argv[4]);
            exit(0);
        }
    }
    int ended = 0, status, failed = 0;
    while (shared->connected + ended < clients) {
        if (waitpid(-1, &status, WNOHANG) > 0) {
            ended++;
            failed |= status;
        }
        usleep(500);
    }
    shared->started = 1;
    for (; ended < clients && wait(&status) > 0; ended++) {
        failed |= status;
    }
    if (failed) {
        return 1;
    }
    long sum = 0;
    for (int number = 0; number < clients; number++) {
        sum += shared->counts[number].value;
    }
    printf("%.0f\n", sum / seconds);
    return 0;
}
