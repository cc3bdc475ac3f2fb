// System calls that Swift cannot reach: Linux headers that its C library module leaves out, and
// macros. Each function returns -1 and sets errno on failure, unless it says otherwise.
#pragma once
#include <stddef.h>
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
// Starts a program with the default signal mask. `lifeline` becomes descriptor 3 of the child; it
// inherits standard input (from /dev/null), output and error and nothing else that is marked
// close-on-exec. Returns the pid.
pid_t hyperfed_spawn(const char *path, char *const arguments[], int lifeline);
// Ends this process when its parent's starting thread ends. Returns 0, or -1 when the parent is no
// longer `parent`: it died before this call.
int hyperfed_die_with_parent(pid_t parent);
// The exit status of a child that has ended: 0 when it is still running, -1 when there is no such
// child, else 1 with *code and *signal set (either is -1 when it does not apply).
int hyperfed_reap(pid_t child, int *code, int *signal);

// Raises the limit of open descriptors to what is allowed and returns it.
long hyperfed_raise_descriptor_limit(void);
// Seconds of the clock that never jumps.
double hyperfed_monotonic_seconds(void);
// Processor seconds of the calling thread.
double hyperfed_thread_cpu_seconds(void);
// Processor seconds of this process and of its children that have ended.
double hyperfed_cpu_seconds(void);
// Holds this process, and those it starts from now on, to the first so many of the processor cores
// that it had at its start; 0 gives it all of them back.
int hyperfed_hold_to_cores(int count);
// Proportional set size of a process in KiB, as the kernel accounts it; -1 when it can't be read.
long hyperfed_proportional_kib(pid_t process);

// From now on a bus error at these addresses, where a file is mapped, ends the process with exit
// code 1 and a sentence that names the file: somebody cut it off. Other bus errors act as before.
// Returns a number for the range, or -1 when too many are watched (1,024).
int hyperfed_watch_range(const void *base, size_t bytes, const char *path);
// Ends that, before the file is unmapped; -1 is no range.
void hyperfed_forget_range(int index);

// Writes the linker's build id of the loaded object that has a symbol, in hexadecimal digits; of
// this program's own object when `symbol` is null. Returns -1 when there is none; errno says
// nothing.
int hyperfed_build_id(const char *symbol, char *text, size_t room);
