/* How far apart two cores are: nanoseconds in which one cache line goes from the first to the second and back.
 *
 *     core-distance 0 1
 *
 * On a machine whose processors are somebody else's threads, that figure changes while programs run: two cores that were
 * neighbours a second ago may be of different sockets now, and all that goes between them costs several times as much. */
#define _GNU_SOURCE
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { ROUNDS = 200000, WARMUP = 1000 };

static _Alignas(128) atomic_int turn;

static void pin(int core)
{
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET(core, &set);
    if (sched_setaffinity(0, sizeof set, &set) != 0) {
        perror("core-distance");
        exit(1);
    }
}

static void pass(int mine)
{
    while (atomic_load(&turn) != mine) {
    }
    atomic_store(&turn, !mine);
}

static void *answer(void *core)
{
    pin(*(int *)core);
    for (int round = 0; round < ROUNDS; round++)
        pass(1);
    return NULL;
}

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1e9 + time.tv_nsec;
}

int main(int count, char **words)
{
    if (count != 3) {
        fputs("usage: core-distance CORE CORE\n", stderr);
        return 2;
    }
    int near = atoi(words[1]), far = atoi(words[2]);
    pthread_t peer;
    if (pthread_create(&peer, NULL, answer, &far) != 0)
        return 1;
    pin(near);
    double began = 0;
    for (int round = 0; round < ROUNDS; round++) {
        if (round == WARMUP)
            began = now();
        pass(0);
    }
    printf("%.0f\n", (now() - began) / (ROUNDS - WARMUP));
    return pthread_join(peer, NULL);
}
