#include "CSystem.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <stddef.h>
#include <sys/socket.h>

// A number for the address of the other side, and the port of an address in host order.
static uint64_t mixed(const struct sockaddr_storage *address, int *port) {
    uint64_t number = 0;
    const unsigned char *bytes;
    size_t count;
    if (address->ss_family == AF_INET) {
        const struct sockaddr_in *in = (const void *)address;
        *port = ntohs(in->sin_port);
        bytes = (const void *)&in->sin_addr;
        count = sizeof in->sin_addr;
    } else if (address->ss_family == AF_INET6) {
        const struct sockaddr_in6 *in = (const void *)address;
        *port = ntohs(in->sin6_port);
        bytes = (const void *)&in->sin6_addr;
        count = sizeof in->sin6_addr;
    } else {
        *port = -1;
        return 0;
    }
    for (size_t index = 0; index < count; index++) number = number * 257 + bytes[index];
    return number * 65537 + (uint64_t)*port;
}

int hyperfed_inbound_bytes(int descriptor, int port, uint64_t *peer, uint64_t *bytes) {
    struct sockaddr_storage address;
    socklen_t size = sizeof address;
    int own = -1;
    if (getsockname(descriptor, (void *)&address, &size) != 0) return errno == EBADF ? -1 : 0;
    mixed(&address, &own);
    if (own != port) return 0;
    size = sizeof address;
    // The listening socket has no other side.
    if (getpeername(descriptor, (void *)&address, &size) != 0) return 0;
    int other = -1;
    *peer = mixed(&address, &other);
    struct tcp_info info;
    size = sizeof info;
    if (getsockopt(descriptor, IPPROTO_TCP, TCP_INFO, &info, &size) != 0) return 0;
    // Linux before 4.1 does not count the bytes.
    if (size < offsetof(struct tcp_info, tcpi_bytes_received) + sizeof info.tcpi_bytes_received)
        return 0;
    *bytes = info.tcpi_bytes_received;
    return 1;
}

void hyperfed_cut_off(int descriptor) { shutdown(descriptor, SHUT_RDWR); }
