/// Peers that mean harm, as Python programs over plain sockets. Each prints "ready" once it did what
/// the test counts, so that a slow machine counts it, too. It goes on until the coordinator is gone,
/// then prints the largest memory that the coordinator had, in KiB.
///
/// Their arguments: the port, the pid of the coordinator, the protocol version, the program version.
enum HostilePeer: String, CaseIterable {
    case noise, halfMessages, hugeFrames, smallMessages, endlessMessage, foreignVersions
    case unasked, silent

    /// The program of this peer.
    var program: String {
        ForeignPeer.wire + Self.frame + "\ndef attack(number):\n" + indented + Self.loop
            + "\nrun_all(\(connections))\n"
    }

    /// How many connections it holds at the same time.
    private var connections: Int { self == .silent ? 500 : 3 }

    private var indented: String {
        attack.split(separator: "\n").map { "    \($0)\n" }.joined()
    }

    private var attack: String {
        switch self {
        case .noise:
            """
            peer = connect()
            while True: peer.sendall(os.urandom(4096))
            """
        case .halfMessages:
            """
            peer = greet()
            peer.sendall(bytes([0, 100]) + b"HYPF" + bytes(5))
            peer.recv(1)
            time.sleep(0.2)
            peer.close()
            ready()
            """
        case .hugeFrames:
            """
            peer = greet()
            size = [2**20 + 1, 2**30, 2**40, 2**62, 2**63 - 1][number % 5]
            peer.sendall(bytes([2]) + struct.pack(">Q", size) + bytes(100))
            while peer.recv(100): pass
            raise ConnectionError("closed")
            """
        case .smallMessages:
            """
            peer = greet()
            while True:
                peer.sendall((bytes([0, 20]) + b"x" * 20) * 2000)
                ready()
            """
        case .endlessMessage:
            """
            peer = greet()
            part = bytes([3]) + struct.pack(">Q", 65536) + bytes(65536)
            while True:
                sent[0] += len(part)
                if sent[0] > 3 * 2**30: raise SystemExit
                peer.sendall(part)
            """
        case .foreignVersions:
            """
            peer = greet()
            for version in (0, 1, 9, 65535):
                for kind in range(20):
                    if (version, kind) != (1, 1): send(peer, message(version, kind, b"12345678"))
            while True:
                for _ in range(200): send(peer, message(9, 1, text("9.9") + text("") + bytes(16)))
                ready()
            """
        case .unasked:
            """
            peer = greet()
            version = int(sys.argv[3])
            while True:
                for _ in range(20):
                    for kind in range(2, 15):
                        if kind != 13: send(peer, message(version, kind, os.urandom(100)))
                    send(peer, message(version, 9, bytes(16)))
                ready()
            """
        case .silent:
            """
            peer = connect()
            if number % 2: shake_hands(peer, b"DEALER")
            ready()
            while peer.recv(100): pass
            raise ConnectionError("closed")
            """
        }
    }

    private static let frame = """
        import os, threading, time
        told = threading.Event()
        sent, peak, gone = [0], [0], [False]

        def ready():
            if not told.is_set():
                told.set()
                print("ready", flush=True)

        def connect():
            return socket.create_connection(("127.0.0.1", int(sys.argv[1])), 20)

        def greet():
            peer = connect()
            shake_hands(peer, b"DEALER")
            return peer


        """

    private static let loop = """

        def repeat(number):
            while not gone[0]:
                try:
                    attack(number)
                except ConnectionRefusedError:
                    gone[0] = True
                except SystemExit:
                    return
                except OSError:
                    ready()  # It was cut off.
                time.sleep(0.05)

        def run_all(count):
            for number in range(count):
                threading.Thread(target=repeat, args=(number,), daemon=True).start()
            while True:
                try:
                    for line in open("/proc/%s/status" % sys.argv[2]):
                        if line.startswith("VmHWM"):
                            peak[0] = max(peak[0], int(line.split()[1]))
                except OSError:
                    break
                time.sleep(0.02)
            print(peak[0], flush=True)
            os._exit(0)

        """
}
