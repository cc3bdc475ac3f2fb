import TestSupport
import Testing

/// Peers of another protocol version, as Python programs: they speak ZMTP 3.0 over a plain socket,
/// so neither ZeroMQ nor this project's codec takes part.
enum ForeignPeer {
    /// Says hello in version 1 to the coordinator at the port given, and prints its refusal.
    static let client =
        wire + """
            peer = socket.create_connection(("127.0.0.1", int(sys.argv[1])), 20)
            shake_hands(peer, b"DEALER")
            hello = text("9.9") + text("") + struct.pack("<IQi", 2**32 - 1, 1, 1)
            send(peer, message(1, 1, hello))
            print(reason(receive(peer)))
            """

    /// Says hello to the coordinator at a port, with a protocol version, a program version, a
    /// scenario digest and a process number, and prints its refusal.
    static let greeting =
        wire + """
            peer = socket.create_connection(("127.0.0.1", int(sys.argv[1])), 20)
            shake_hands(peer, b"DEALER")
            hello = text(sys.argv[3]) + text(sys.argv[4])
            hello += struct.pack("<IQi", int(sys.argv[5]), 1, 1)
            send(peer, message(int(sys.argv[2]), 1, hello))
            print(reason(receive(peer)))
            """

    /// Says hello to the coordinator at the port given, with a protocol version and a program
    /// version, and goes away; six times.
    static let passerby =
        wire + """
            for number in range(6):
                peer = socket.create_connection(("127.0.0.1", int(sys.argv[1])), 20)
                shake_hands(peer, b"DEALER")
                hello = text(sys.argv[3]) + text("") + struct.pack("<IQi", 2**32 - 1, number, 1)
                send(peer, message(int(sys.argv[2]), 1, hello))
                receive(peer)
                peer.close()
            """

    /// Joins the coordinator at the port given, with a protocol version and a program version, and
    /// can do no task. Prints why it is sent away.
    static let broken =
        wire + """
            version = int(sys.argv[2])
            peer = socket.create_connection(("127.0.0.1", int(sys.argv[1])), 20)
            shake_hands(peer, b"DEALER")
            numbers = struct.pack("<IQi", 2**32 - 1, 1, 1)
            send(peer, message(version, 1, text(sys.argv[3]) + text("") + numbers))
            while True:
                body = receive(peer)
                if body[:4] != b"HYPF":
                    continue
                run, kind = body[8:16], body[6]
                if kind == 2:
                    send(peer, message(version, 14, run))
                elif kind in (5, 12):
                    task = bytes([2 if kind == 5 else 3]) + body[16:28]
                    send(peer, message(version, 7, run + task + text("expected sense, found none")))
                elif kind == 3:
                    sys.exit(print(reason(body)))
            """

    /// Joins the coordinator at the port given, with a protocol version and a program version, and
    /// gives signs of work for ever, but reports nothing.
    static let idler =
        wire + """
            import time
            version = int(sys.argv[2])
            peer = socket.create_connection(("127.0.0.1", int(sys.argv[1])), 20)
            shake_hands(peer, b"DEALER")
            numbers = struct.pack("<IQi", 2**32 - 1, 1, 1)
            send(peer, message(version, 1, text(sys.argv[3]) + text("") + numbers))
            progress, last = 0, 0
            peer.settimeout(1)
            while True:
                try:
                    body = receive(peer)
                except TimeoutError:
                    body = b""
                if body[:4] == b"HYPF" and body[6] == 2:
                    send(peer, message(version, 14, body[8:16]))
                    print("joined", flush=True)
                if time.time() - last > 1:
                    progress, last = progress + 1, time.time()
                    send(peer, message(version, 9, struct.pack("<QQ", 0, progress)))
            """

    /// Prints its port, waits for a client and refuses it in version 9.
    static let coordinator =
        wire + """
            server = socket.create_server(("127.0.0.1", 0))
            server.settimeout(20)
            print(server.getsockname()[1], flush=True)
            peer = server.accept()[0]
            peer.settimeout(20)
            shake_hands(peer, b"ROUTER")
            receive(peer)
            send(peer, message(9, 3, text("use hyperfed 9") + struct.pack("<H", 9)))
            peer.recv(1)
            """

    /// The program version of the coordinator that writes to a folder.
    static func programVersion(_ folder: TemporaryFolder) throws -> String {
        let build = folder.text("result/run.json").firstMatch(of: /"build": "([0-9a-f]+)"/)
        return "0.1.0 build \(try #require(build).1)"
    }

    static let wire = """
        import socket, struct, sys

        def read(peer, count):
            data = b""
            while len(data) < count:
                part = peer.recv(count - len(data))
                if not part:
                    sys.exit("the connection closed")
                data += part
            return data

        def shake_hands(peer, kind):
            peer.sendall(b"\\xff" + bytes(8) + b"\\x7f\\x03\\x00" + b"NULL".ljust(20, b"\\0") + bytes(32))
            read(peer, 64)
            ready = b"\\x05READY\\x0bSocket-Type" + struct.pack(">I", len(kind)) + kind
            peer.sendall(bytes([4, len(ready)]) + ready)

        def send(peer, body):
            peer.sendall(bytes([0, len(body)]) + body)

        def receive(peer):
            while True:
                flags = read(peer, 1)[0]
                size = struct.unpack(">Q", read(peer, 8))[0] if flags & 2 else read(peer, 1)[0]
                body = read(peer, size)
                if not flags & 4:
                    return body

        def text(words):
            return struct.pack("<I", len(words)) + words.encode()

        def message(version, kind, fields):
            return b"HYPF" + struct.pack("<HBB", version, kind, 0) + fields

        def reason(refusal):
            return refusal[12:12 + struct.unpack("<I", refusal[8:12])[0]].decode()


        """
}
