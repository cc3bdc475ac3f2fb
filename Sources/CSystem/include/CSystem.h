// System calls that Swift cannot reach: Linux headers that its C library module leaves out, and
// macros. Each function returns -1 and sets errno on failure, unless it says otherwise.
#pragma once
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

// Signals.c. From the first call on, SIGINT, SIGTERM and SIGHUP end this process with a line on
// standard error and the exit code 128 + signal, at once, unless they are held. SIGHUP stays
// ignored where it is (nohup). Later calls do nothing. Returns 0, or -1.
int hyperfed_watch_signals(void);
// Says whether lines of progress stand on the terminal behind standard error, from the cursor on. A
// signal that ends the process at once clears them before its line.
void hyperfed_set_status_lines(int are_shown);
// Holds the signals: until the last hold is released, the first one that comes waits to be taken,
// and a second one ends the process.
void hyperfed_hold_signals(void);
// Releases a hold. When it was the last one and a signal waits that was not read, the process ends.
void hyperfed_release_signals(void);
// The signal that came and waits, taken or not; 0 when none came.
int hyperfed_waiting_signal(void);
// Takes the signal that waits: whoever does so ends the process, with its own words.
int hyperfed_take_signal(void);
// How many times children have ended or changed so far, modulo 2^32.
unsigned hyperfed_news_of_children(void);
// A descriptor that becomes readable when a signal comes or a child ends; with its first event in
// it when a signal waits already (eventfd, non-blocking, closed on exec). Returns -1 when there are
// too many.
int hyperfed_open_signals(void);
// Empties that descriptor.
void hyperfed_drain_signals(int descriptor);
// Closes that descriptor.
void hyperfed_close_signals(int descriptor);

// A pipe whose ends are closed on exec: ends[0] reads, ends[1] writes.
int hyperfed_pipe(int ends[2]);
// Starts a program in which SIGINT and SIGHUP are blocked and no other signal is, as the leader of
// a process group of its own: what it starts itself can be ended with it, and a terminal's Ctrl-C
// and Ctrl-Z don't reach it. `lifeline` becomes descriptor 3 of the child; it inherits standard
// input (from /dev/null), output and error and nothing else that is marked close-on-exec. Returns
// the pid.
pid_t hyperfed_spawn(const char *path, char *const arguments[], int lifeline);
// Ends this process when its parent's starting thread ends. Returns 0, or -1 when the parent is no
// longer `parent`: it died before this call.
int hyperfed_die_with_parent(pid_t parent);
// The exit status of a child that has ended: 0 when it is still running, -1 when there is no such
// child, else what is left of its process group is killed and the result is 1 with *code and
// *signal set (either is -1 when it does not apply).
int hyperfed_reap(pid_t child, int *code, int *signal);

// Tools.c. Runs a program that is found by PATH, with standard input from /dev/null and this
// process's output and error, and waits for its end. Returns 0 with *code and *signal set (either
// is -1 when it does not apply).
int hyperfed_run_tool(char *const arguments[], int *code, int *signal);
// Starts such a program and returns its pid. Its output and errors go to these descriptors; with
// -1 they go where those of this process go.
pid_t hyperfed_start_tool(char *const arguments[], int output, int errors);
// Waits for the end of a program that was started so. Returns as hyperfed_run_tool does.
int hyperfed_end_tool(pid_t pid, int *code, int *signal);
// Becomes a program that is found by PATH. Returns only if that fails, with -1.
int hyperfed_become(char *const arguments[]);

// Where the address space is limited, the C library reserves no 64 MB of it for each thread.
void hyperfed_spare_address_space(void);

// Lets the allocator keep up to 128 MiB of freed memory, and reuse it for allocations of up to
// 32 MiB. ZeroMQ allocates and frees memory for each message that it encrypts. If the system took
// that back each time, each of its pages would cost a fault. Nothing changes where the address
// space is limited.
void hyperfed_keep_freed_memory(void);
// A limit of this process in bytes, or -1 when there is none: 0 address space, 1 size of a file,
// 2 a thread's stack.
int64_t hyperfed_limit(int which);

// Raises the limit of open descriptors to what is allowed and returns it.
long hyperfed_raise_descriptor_limit(void);

// Reads how many bytes a TCP connection at this local port has received so far, and a number for
// its other side. Returns 1; 0 for any other descriptor, and -1 for one that is not open.
int hyperfed_inbound_bytes(int descriptor, int port, uint64_t *peer, uint64_t *bytes);
// Ends a connection in both directions. Its owner then closes the descriptor.
void hyperfed_cut_off(int descriptor);
// Seconds of the clock that never jumps.
double hyperfed_monotonic_seconds(void);
// The same to within a few milliseconds, for a few nanoseconds: to be asked often.
double hyperfed_coarse_seconds(void);
// Processor seconds of the calling thread.
double hyperfed_thread_cpu_seconds(void);
// Processor seconds of this process and of its children that have ended.
double hyperfed_cpu_seconds(void);
// Holds this process, and those it starts from now on, to the first `count` of the processor cores
// that it had at its start; 0 gives it all of them back.
int hyperfed_hold_to_cores(int count);
// Proportional set size of a process in KiB, as the kernel accounts it; -1 if it cannot be read.
long hyperfed_proportional_kib(pid_t process);
// Columns, and rows, of the terminal behind a descriptor; 0 when it is none or does not say.
int hyperfed_terminal_columns(int descriptor);
int hyperfed_terminal_rows(int descriptor);

// From now on a bus error at these addresses, where a file is mapped, ends the process with exit
// code 1 and a sentence that names the file: another process shortened it. Other bus errors act as
// before. Returns a number for the range, or -1 when too many are watched (1,024).
int hyperfed_watch_range(const void *base, size_t bytes, const char *path);
// Ends that, before the file is unmapped; -1 means no range.
void hyperfed_forget_range(int index);

// Writes the linker's build id of the loaded object that has a symbol, in hexadecimal digits; of
// this program's own object when `symbol` is null. Returns -1 when there is none; errno says
// nothing.
int hyperfed_build_id(const char *symbol, char *text, size_t room);
