#define _GNU_SOURCE
#include "CSystem.h"
#include <dlfcn.h>
#include <elf.h>
#include <link.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

// A search for the object that is loaded around an address, and its build id in hexadecimal digits.
struct search {
    uintptr_t address;
    char *text;
    size_t room;
    int found;
};

static uintptr_t rounded(uintptr_t size, uintptr_t to) { return (size + to - 1) / to * to; }

static void read_notes(const ElfW(Phdr) * part, uintptr_t base, struct search *search) {
    const uintptr_t alignment = part->p_align == 8 ? 8 : 4;
    uintptr_t at = base + part->p_vaddr;
    const uintptr_t end = at + part->p_memsz;
    while (end - at >= sizeof(ElfW(Nhdr)) && at < end) {
        const ElfW(Nhdr) *note = (const ElfW(Nhdr) *)at;
        const uintptr_t name = at + sizeof *note;
        const uintptr_t value = at + rounded(sizeof *note + note->n_namesz, alignment);
        const uintptr_t next = value + rounded(note->n_descsz, alignment);
        if (next > end || next <= at) return;
        if (note->n_type == NT_GNU_BUILD_ID && note->n_namesz == 4
            && memcmp((const void *)name, "GNU", 4) == 0 && 2 * note->n_descsz < search->room) {
            for (size_t index = 0; index < note->n_descsz; index++)
                snprintf(
                    search->text + 2 * index, 3, "%02x", ((const unsigned char *)value)[index]);
            search->found = 1;
            return;
        }
        at = next;
    }
}

static int visit(struct dl_phdr_info *info, size_t size, void *context) {
    (void)size;
    struct search *search = context;
    int is_here = 0;
    for (int index = 0; index < info->dlpi_phnum; index++) {
        const ElfW(Phdr) *part = &info->dlpi_phdr[index];
        const uintptr_t start = info->dlpi_addr + part->p_vaddr;
        if (part->p_type == PT_LOAD && search->address >= start
            && search->address - start < part->p_memsz)
            is_here = 1;
    }
    if (!is_here) return 0;
    for (int index = 0; index < info->dlpi_phnum && !search->found; index++)
        if (info->dlpi_phdr[index].p_type == PT_NOTE)
            read_notes(&info->dlpi_phdr[index], info->dlpi_addr, search);
    return 1;
}

int hyperfed_build_id(const char *symbol, char *text, size_t room) {
    struct search search = {(uintptr_t)&hyperfed_build_id, text, room, 0};
    if (room > 0) text[0] = 0;
    if (symbol) search.address = (uintptr_t)dlsym(RTLD_DEFAULT, symbol);
    if (search.address == 0 || room == 0) return -1;
    dl_iterate_phdr(visit, &search);
    return search.found ? 0 : -1;
}
