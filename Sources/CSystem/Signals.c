// One handler for the signals that ask this process to end, for as long as it lives. It is in C
// because a handler may only do what POSIX allows in one: atomics, write, alarm, _exit.
#define _GNU_SOURCE
#include "CSystem.h"
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

enum { most_watchers = 512 };

static atomic_int waiting, taken, holds, status_lines;
static atomic_uint news_of_children;
// When the waiting signal came, in milliseconds.
static atomic_llong came;
// Descriptor + 1; 0 is a free place.
static atomic_int watchers[most_watchers];
static int installed = -1;

static void say(const char *text) {
    // There is no way to report a failure of this call.
    if (write(STDERR_FILENO, text, strlen(text)) < 0) return;
}

void hyperfed_set_status_lines(int are_shown) { atomic_store(&status_lines, are_shown); }

static void end_now(int signal, const char *when) {
    // To the start of the line, and clear the screen from there to its end.
    if (atomic_load(&status_lines)) say("\r\033[J");
    say(signal == SIGINT    ? "error: interrupted by SIGINT"
        : signal == SIGTERM ? "error: interrupted by SIGTERM"
                            : "error: interrupted by SIGHUP");
    say(when);
    _exit(128 + signal);
}

static void wake(void) {
    const unsigned long long one = 1;
    for (int place = 0; place < most_watchers; place++) {
        const int descriptor = atomic_load(&watchers[place]) - 1;
        if (descriptor >= 0 && write(descriptor, &one, sizeof one) < 0) continue;
    }
}

static long long milliseconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (long long)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void on_end_signal(int signal) {
    const int saved = errno;
    int none = 0;
    if (atomic_load(&holds) == 0) end_now(signal, "\n");
    if (atomic_compare_exchange_strong(&waiting, &none, signal)) {
        atomic_store(&came, milliseconds());
        wake();
    } else if (milliseconds() - atomic_load(&came) < 500) {
        // A wrapper that passes on what its group has got already: the same wish. Should it be that
        // of a person in a hurry, a second is enough.
        alarm(1);
    } else {
        end_now(signal, " twice; ended at once\n");
    }
    errno = saved;
}

static void on_alarm(int signal) {
    (void)signal;
    end_now(atomic_load(&waiting), " twice; ended at once\n");
}

static void on_child(int signal) {
    (void)signal;
    const int saved = errno;
    atomic_fetch_add(&news_of_children, 1);
    wake();
    errno = saved;
}

static int install(int signal, void (*handler)(int)) {
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = handler;
    action.sa_flags = SA_RESTART | SA_NOCLDSTOP;
    sigfillset(&action.sa_mask);
    return sigaction(signal, &action, NULL);
}

static void install_all(void) {
    struct sigaction hangup;
    if (sigaction(SIGHUP, NULL, &hangup) != 0) return;
    if (install(SIGALRM, on_alarm) != 0 || install(SIGCHLD, on_child) != 0
        || install(SIGINT, on_end_signal) != 0 || install(SIGTERM, on_end_signal) != 0)
        return;
    if (hangup.sa_handler != SIG_IGN && install(SIGHUP, on_end_signal) != 0) return;
    // Whoever started this process may have had them blocked.
    sigset_t set;
    sigemptyset(&set);
    for (int i = 0; i < 5; i++)
        sigaddset(&set, (const int[]){SIGINT, SIGTERM, SIGHUP, SIGCHLD, SIGALRM}[i]);
    installed = pthread_sigmask(SIG_UNBLOCK, &set, NULL) == 0 ? 0 : -1;
}

int hyperfed_watch_signals(void) {
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, install_all);
    return installed;
}

void hyperfed_hold_signals(void) { atomic_fetch_add(&holds, 1); }

void hyperfed_release_signals(void) {
    if (atomic_fetch_sub(&holds, 1) != 1) return;
    const int signal = atomic_load(&waiting);
    if (signal != 0 && atomic_load(&taken) == 0) end_now(signal, "\n");
}

int hyperfed_waiting_signal(void) { return atomic_load(&waiting); }

int hyperfed_take_signal(void) {
    const int signal = atomic_load(&waiting);
    if (signal != 0) atomic_store(&taken, 1);
    return signal;
}

unsigned hyperfed_news_of_children(void) { return atomic_load(&news_of_children); }

int hyperfed_open_signals(void) {
    if (hyperfed_watch_signals() != 0) return -1;
    const int descriptor = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    if (descriptor < 0) return -1;
    for (int place = 0; place < most_watchers; place++) {
        int none = 0;
        if (!atomic_compare_exchange_strong(&watchers[place], &none, descriptor + 1)) continue;
        const unsigned long long one = 1;
        if (atomic_load(&waiting) != 0 && write(descriptor, &one, sizeof one) < 0) break;
        return descriptor;
    }
    close(descriptor);
    errno = EMFILE;
    return -1;
}

void hyperfed_drain_signals(int descriptor) {
    unsigned long long count;
    while (read(descriptor, &count, sizeof count) > 0) {
    }
}

void hyperfed_close_signals(int descriptor) {
    for (int place = 0; place < most_watchers; place++) {
        int own = descriptor + 1;
        if (atomic_compare_exchange_strong(&watchers[place], &own, 0)) break;
    }
    close(descriptor);
}
