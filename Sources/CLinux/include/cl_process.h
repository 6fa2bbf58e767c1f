#ifndef VSWIFT_CL_PROCESS_H
#define VSWIFT_CL_PROCESS_H

#include <stdint.h>
#include <sys/types.h>

/* fork(2), which Swift's Glibc module marks unavailable. */
pid_t cl_fork(void);

/* posix_spawn(3) of a program with this environment: the child's descriptor n is fds[n], or /dev/null where that is
 * negative; all others are closed, signals are as at birth. The pid, or -errno. No fds[m] may be an n below m. */
pid_t cl_spawn(const char *path, char *const *argv, const int *fds, int count);
/* pipe2(2), closed on exec: ends[0] to read, ends[1] to write. */
int cl_pipe(int ends[2]);

/* How a child ended: exit status (or -1) and the signal that killed it (or 0). */
struct cl_end {
    int status;
    int signal;
    int dumped_core;
};
/* waitpid(2): the pid reaped (end is filled in), 0 if nohang and still running, or -errno. Retries EINTR. */
pid_t cl_wait(pid_t pid, int nohang, struct cl_end *end);
/* The name of a signal ("SIGABRT"), or NULL. */
const char *cl_signal_name(int signal);
/* prctl(PR_SET_PDEATHSIG): the calling process gets the signal when its parent's thread ends. */
int cl_set_parent_death_signal(int signal);

/* fcntl(F_SETLK) of a write lock on the whole file: 0, -EAGAIN or -EACCES when another process has it. */
int cl_lock_file(int fd);
/* statfs(2): the type of the file system that the file is on (linux/magic.h), 0 when that is not known. */
uint32_t cl_file_system(int fd);
/* fcntl(F_GETLK): the pid of the process that locks the file, 0 if none. */
pid_t cl_lock_owner(int fd);
/* mlockall(2) of all present and (if future is set) later pages, once they are touched (MCL_ONFAULT). */
int cl_lock_memory(int future);

/* getrusage(2). */
struct cl_usage {
    uint64_t user_microseconds;
    uint64_t system_microseconds;
    uint64_t max_resident_kib;
    uint64_t minor_faults;
    uint64_t major_faults;
    uint64_t block_reads;
    uint64_t block_writes;
    uint64_t voluntary_switches;
    uint64_t involuntary_switches;
};
int cl_usage_of_process(struct cl_usage *usage);
int cl_usage_of_thread(struct cl_usage *usage);

/* close_range(2) with CLOSE_RANGE_CLOEXEC: every descriptor from first on is closed by the next execve. */
int cl_close_descriptors_on_exec(unsigned first);

#endif
