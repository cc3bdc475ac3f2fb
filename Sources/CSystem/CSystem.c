#define _GNU_SOURCE
#include "CSystem.h"
#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

int hyperfed_pipe(int ends[2]) { return pipe2(ends, O_CLOEXEC); }

pid_t hyperfed_spawn(const char *path, char *const arguments[], int lifeline) {
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    // Ctrl-C and a closed terminal reach the whole group; the coordinator decides what they mean.
    sigset_t left_to_the_coordinator;
    sigemptyset(&left_to_the_coordinator);
    sigaddset(&left_to_the_coordinator, SIGINT);
    sigaddset(&left_to_the_coordinator, SIGHUP);
    pid_t pid = -1;
    posix_spawn_file_actions_init(&actions);
    posix_spawnattr_init(&attributes);
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&actions, lifeline, 3);
    posix_spawnattr_setsigmask(&attributes, &left_to_the_coordinator);
    posix_spawnattr_setpgroup(&attributes, 0);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETPGROUP);
    const int failure = posix_spawn(&pid, path, &actions, &attributes, arguments, environ);
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
    if (failure) {
        errno = failure;
        return -1;
    }
    return pid;
}

int hyperfed_die_with_parent(pid_t parent) {
    if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0) return -1;
    return getppid() == parent ? 0 : -1;
}

int hyperfed_reap(pid_t child, int *code, int *signal) {
    int status;
    pid_t got;
    siginfo_t info;
    info.si_pid = 0;
    while (waitid(P_PID, (id_t)child, &info, WEXITED | WNOHANG | WNOWAIT) != 0)
        if (errno != EINTR) return -1;
    if (info.si_pid == 0) return 0;
    // While the child is not reaped, no other process can have its number.
    kill(-child, SIGKILL);
    do got = waitpid(child, &status, WNOHANG);
    while (got < 0 && errno == EINTR);
    if (got == 0) return 0;
    if (got < 0) return -1;
    *code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    *signal = WIFSIGNALED(status) ? WTERMSIG(status) : -1;
    return 1;
}

void hyperfed_spare_address_space(void) {
    if (hyperfed_limit(0) >= 0) mallopt(M_ARENA_MAX, 1);
}

void hyperfed_keep_freed_memory(void) {
    if (hyperfed_limit(0) >= 0) return;
    mallopt(M_MMAP_THRESHOLD, 32 << 20);
    mallopt(M_TRIM_THRESHOLD, 128 << 20);
}

int64_t hyperfed_limit(int which) {
    struct rlimit limit;
    const int resource = which == 0 ? RLIMIT_AS : which == 1 ? RLIMIT_FSIZE : RLIMIT_STACK;
    if (getrlimit(resource, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY) return -1;
    return limit.rlim_cur > INT64_MAX ? -1 : (int64_t)limit.rlim_cur;
}

long hyperfed_raise_descriptor_limit(void) {
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return -1;
    if (limit.rlim_cur < limit.rlim_max) {
        struct rlimit raised = {limit.rlim_max, limit.rlim_max};
        if (setrlimit(RLIMIT_NOFILE, &raised) == 0) limit = raised;
    }
    return (long)limit.rlim_cur;
}

double hyperfed_thread_cpu_seconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

double hyperfed_cpu_seconds(void) {
    struct rusage self, children;
    getrusage(RUSAGE_SELF, &self);
    getrusage(RUSAGE_CHILDREN, &children);
    return (double)(self.ru_utime.tv_sec + self.ru_stime.tv_sec + children.ru_utime.tv_sec
                    + children.ru_stime.tv_sec)
           + 1e-6
                 * (double)(self.ru_utime.tv_usec + self.ru_stime.tv_usec
                            + children.ru_utime.tv_usec + children.ru_stime.tv_usec);
}

int hyperfed_hold_to_cores(int count) {
    static cpu_set_t all;
    static int known = 0;
    if (!known) {
        if (sched_getaffinity(0, sizeof all, &all) != 0) return -1;
        known = 1;
    }
    cpu_set_t wanted = all;
    if (count > 0) {
        CPU_ZERO(&wanted);
        for (int core = 0; core < CPU_SETSIZE && count > 0; core++)
            if (CPU_ISSET(core, &all)) {
                CPU_SET(core, &wanted);
                count--;
            }
    }
    return sched_setaffinity(0, sizeof wanted, &wanted);
}

long hyperfed_proportional_kib(pid_t process) {
    char path[64], line[256];
    snprintf(path, sizeof path, "/proc/%d/smaps_rollup", (int)process);
    FILE *file = fopen(path, "re");
    if (!file) return -1;
    long kib = -1;
    while (fgets(line, sizeof line, file))
        if (sscanf(line, "Pss: %ld", &kib) == 1) break;
    fclose(file);
    return kib;
}

double hyperfed_coarse_seconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

double hyperfed_monotonic_seconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

int hyperfed_terminal_columns(int descriptor) {
    struct winsize size;
    return ioctl(descriptor, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

int hyperfed_terminal_rows(int descriptor) {
    struct winsize size;
    return ioctl(descriptor, TIOCGWINSZ, &size) == 0 ? size.ws_row : 0;
}
