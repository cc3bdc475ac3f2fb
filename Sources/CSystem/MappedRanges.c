#define _GNU_SOURCE
#include "CSystem.h"
#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

// A file that another process shortens while it is mapped raises SIGBUS at the next access to what
// is gone. The handler may only read memory that is always valid: a table of fixed size whose
// entries are published by their last write, `base`.
enum { RANGES = 1024 };
static struct {
    _Atomic(uintptr_t) base;
    _Atomic(size_t) bytes;
    _Atomic(char *) path;
    atomic_bool is_taken;
} ranges[RANGES];

static struct sigaction before;

static void say(const char *text) {
    size_t left = strlen(text);
    while (left > 0) {
        const ssize_t count = write(STDERR_FILENO, text, left);
        if (count < 0 && errno == EINTR) continue;
        if (count <= 0) return;
        text += count;
        left -= (size_t)count;
    }
}

static void on_bus_error(int signal, siginfo_t *info, void *context) {
    (void)context;
    const uintptr_t address = (uintptr_t)info->si_addr;
    for (int index = 0; index < RANGES; index++) {
        const uintptr_t base = atomic_load(&ranges[index].base);
        if (base == 0 || address < base) continue;
        if (address - base >= atomic_load(&ranges[index].bytes)) continue;
        const char *path = atomic_load(&ranges[index].path);
        say("error: ");
        say(path ? path : "a file");
        say(": another program cut this file off, or its disk failed, while hyperfed was reading "
            "it; start the command again\n");
        _exit(1);
    }
    // None of ours: what would have happened without this handler happens at the same instruction.
    sigaction(signal, &before, NULL);
}

static void install(void) {
    static atomic_flag is_installed = ATOMIC_FLAG_INIT;
    if (atomic_flag_test_and_set(&is_installed)) return;
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_sigaction = on_bus_error;
    action.sa_flags = SA_SIGINFO | SA_ONSTACK;
    sigemptyset(&action.sa_mask);
    sigaction(SIGBUS, &action, &before);
}

int hyperfed_watch_range(const void *base, size_t bytes, const char *path) {
    install();
    for (int index = 0; index < RANGES; index++) {
        if (atomic_exchange(&ranges[index].is_taken, true)) continue;
        atomic_store(&ranges[index].path, strdup(path));
        atomic_store(&ranges[index].bytes, bytes);
        atomic_store(&ranges[index].base, (uintptr_t)base);
        return index;
    }
    return -1;
}

void hyperfed_forget_range(int index) {
    if (index < 0 || index >= RANGES) return;
    atomic_store(&ranges[index].base, 0);
    free(atomic_exchange(&ranges[index].path, NULL));
    atomic_store(&ranges[index].is_taken, false);
}
