#include "CLinux.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/vfs.h>
#include <sys/wait.h>
#include <linux/close_range.h>
#include <sys/syscall.h>
#include <unistd.h>

pid_t cl_fork(void)
{
    pid_t pid = fork();
    return pid < 0 ? -errno : pid;
}

pid_t cl_spawn(const char *path, char *const *argv, const int *fds, int count)
{
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    sigset_t none, all;
    pid_t pid = 0;
    sigemptyset(&none);
    sigfillset(&all);
    posix_spawn_file_actions_init(&actions);
    posix_spawnattr_init(&attributes);
    for (int n = 0; n < count; n++) {
        if (fds[n] < 0)
            posix_spawn_file_actions_addopen(&actions, n, "/dev/null", O_RDWR, 0);
        else
            posix_spawn_file_actions_adddup2(&actions, fds[n], n);
    }
    posix_spawn_file_actions_addclosefrom_np(&actions, count);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setsigdefault(&attributes, &all);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    int error = posix_spawn(&pid, path, &actions, &attributes, argv, environ);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    return error ? -error : pid;
}

int cl_pipe(int ends[2])
{
    return pipe2(ends, O_CLOEXEC) < 0 ? -errno : 0;
}

pid_t cl_wait(pid_t pid, int nohang, struct cl_end *end)
{
    int status = 0;
    pid_t reaped;
    do {
        reaped = waitpid(pid, &status, nohang ? WNOHANG : 0);
    } while (reaped < 0 && errno == EINTR);
    if (reaped < 0)
        return -errno;
    end->status = reaped > 0 && WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    end->signal = reaped > 0 && WIFSIGNALED(status) ? WTERMSIG(status) : 0;
    end->dumped_core = reaped > 0 && WIFSIGNALED(status) && WCOREDUMP(status);
    return reaped;
}

const char *cl_signal_name(int signal)
{
    static const struct { int number; const char *name; } names[] = {
        {SIGHUP, "SIGHUP"}, {SIGINT, "SIGINT"}, {SIGQUIT, "SIGQUIT"}, {SIGILL, "SIGILL"}, {SIGABRT, "SIGABRT"},
        {SIGBUS, "SIGBUS"}, {SIGFPE, "SIGFPE"}, {SIGKILL, "SIGKILL"}, {SIGSEGV, "SIGSEGV"}, {SIGPIPE, "SIGPIPE"},
        {SIGALRM, "SIGALRM"}, {SIGTERM, "SIGTERM"}, {SIGTRAP, "SIGTRAP"}, {SIGSYS, "SIGSYS"},
    };
    for (unsigned i = 0; i < sizeof names / sizeof names[0]; i++)
        if (names[i].number == signal)
            return names[i].name;
    return NULL;
}

int cl_set_parent_death_signal(int signal)
{
    return prctl(PR_SET_PDEATHSIG, signal) < 0 ? -errno : 0;
}

int cl_lock_file(int fd)
{
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    return fcntl(fd, F_SETLK, &lock) < 0 ? -errno : 0;
}

pid_t cl_lock_owner(int fd)
{
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    if (fcntl(fd, F_GETLK, &lock) < 0)
        return -errno;
    return lock.l_type == F_UNLCK ? 0 : lock.l_pid;
}

int cl_lock_memory(int future)
{
    return mlockall(MCL_CURRENT | MCL_ONFAULT | (future ? MCL_FUTURE : 0)) < 0 ? -errno : 0;
}

static int usage_of(int who, struct cl_usage *usage)
{
    struct rusage r;
    if (getrusage(who, &r) < 0)
        return -errno;
    *usage = (struct cl_usage){
        .user_microseconds = (uint64_t)r.ru_utime.tv_sec * 1000000 + (uint64_t)r.ru_utime.tv_usec,
        .system_microseconds = (uint64_t)r.ru_stime.tv_sec * 1000000 + (uint64_t)r.ru_stime.tv_usec,
        .max_resident_kib = (uint64_t)r.ru_maxrss,
        .minor_faults = (uint64_t)r.ru_minflt,
        .major_faults = (uint64_t)r.ru_majflt,
        .block_reads = (uint64_t)r.ru_inblock,
        .block_writes = (uint64_t)r.ru_oublock,
        .voluntary_switches = (uint64_t)r.ru_nvcsw,
        .involuntary_switches = (uint64_t)r.ru_nivcsw,
    };
    return 0;
}

int cl_usage_of_process(struct cl_usage *usage) { return usage_of(RUSAGE_SELF, usage); }
int cl_usage_of_thread(struct cl_usage *usage) { return usage_of(RUSAGE_THREAD, usage); }

int cl_close_descriptors_on_exec(unsigned first)
{
    return syscall(SYS_close_range, first, ~0U, CLOSE_RANGE_CLOEXEC) < 0 ? -errno : 0;
}

uint32_t cl_file_system(int fd)
{
    struct statfs system;
    return fstatfs(fd, &system) == 0 ? (uint32_t)system.f_type : 0;
}
