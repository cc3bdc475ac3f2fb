// System calls that Swift cannot reach: Linux headers that its C library module leaves out, and
// macros. Each function returns -1 and sets errno on failure, unless it says otherwise.
#pragma once
#include <stdint.h>
#include <sys/types.h>

// Blocks SIGINT, SIGTERM, SIGHUP and SIGCHLD and returns a descriptor that becomes readable when
// one of them comes (signalfd, non-blocking, closed on exec).
int hyperfed_signal_descriptor(void);
// Drops what waits in that descriptor, closes it and unblocks the signals.
void hyperfed_release_signals(int descriptor);
// The next signal of that descriptor, or 0 when there is none.
int hyperfed_next_signal(int descriptor);

// A pipe whose ends are closed on exec: ends[0] reads, ends[1] writes.
int hyperfed_pipe(int ends[2]);
// Starts a program with the default signal mask, as the leader of a process group of its own: what
// it starts itself can be ended with it, and a terminal's Ctrl-C and Ctrl-Z don't reach it. `lifeline` becomes descriptor 3 of the child; it
// inherits standard input (from /dev/null), output and error and nothing else that is marked
// close-on-exec. Returns the pid.
pid_t hyperfed_spawn(const char *path, char *const arguments[], int lifeline);
// Ends this process when its parent's starting thread ends. Returns 0, or -1 when the parent is no
// longer `parent`: it died before this call.
int hyperfed_die_with_parent(pid_t parent);
// The exit status of a child that has ended: 0 when it is still running, -1 when there is no such
// child, else what is left of its process group is killed and the result is 1 with *code and *signal set (either is -1 when it does not apply).
int hyperfed_reap(pid_t child, int *code, int *signal);

// Where the address space is limited, the C library reserves no 64 MB of it for each thread.
void hyperfed_spare_address_space(void);
// A limit of this process in bytes, or -1 when there is none: 0 address space, 1 size of a file,
// 2 a thread's stack.
int64_t hyperfed_limit(int which);

// Raises the limit of open descriptors to what is allowed and returns it.
long hyperfed_raise_descriptor_limit(void);
// Seconds of the clock that never jumps.
double hyperfed_monotonic_seconds(void);
// The same to within a few milliseconds, for a few nanoseconds: to be asked often.
double hyperfed_coarse_seconds(void);
// Processor seconds of the calling thread.
double hyperfed_thread_cpu_seconds(void);
// Processor seconds of this process and of its children that have ended.
double hyperfed_cpu_seconds(void);
// Holds this process, and those it starts from now on, to the first so many of the processor cores
// that it had at its start; 0 gives it all of them back.
int hyperfed_hold_to_cores(int count);
// Proportional set size of a process in KiB, as the kernel accounts it; -1 when it can't be read.
long hyperfed_proportional_kib(pid_t process);
