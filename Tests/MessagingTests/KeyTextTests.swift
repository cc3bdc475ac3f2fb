import Messaging
import TestSupport
import Testing

@Suite struct `Texts of keys` {
    /// Files that `zmq.auth.create_certificates` of pyzmq 27.3.0 wrote.
    private static let pyzmqPublic = """
        #   ****  Generated on 2026-11-30 07:31:36.471962 by pyzmq  ****
        #   ZeroMQ CURVE Public Certificate
        #   Exchange securely, or use a secure mechanism to verify the contents
        #   of this file after exchange. Store public certificates in your home
        #   directory, in the .curve subdirectory.

        metadata
        curve
            public-key = "f?A@EDPRk9}8wPII{FlQKJun#J[z0z}KcLfZM7z>"

        """
    private static let pyzmqSecret = """
        #   ****  Generated on 2026-11-30 07:31:36.471962 by pyzmq  ****
        #   ZeroMQ CURVE **Secret** Certificate
        #   DO NOT PROVIDE THIS FILE TO OTHER USERS nor change its permissions.

        metadata
            role = client
        curve
            public-key = "f?A@EDPRk9}8wPII{FlQKJun#J[z0z}KcLfZM7z>"
            secret-key = "t.9@%fB-s^9{KrogKXK?cnUXC!.4qHZM[cJ<<m-5"

        """

    @Test func `the key files of pyzmq are read`() throws {
        let key = try #require(PublicKey("f?A@EDPRk9}8wPII{FlQKJun#J[z0z}KcLfZM7z>"))
        let open = try KeyText(Self.pyzmqPublic)
        #expect(open.publicKey == key && open.pair == nil && open.serverKey == nil)
        let secret = try KeyText(Self.pyzmqSecret)
        #expect(secret.publicKey == key && secret.pair?.publicKey == key)
        #expect(secret.pair?.secretText == "t.9@%fB-s^9{KrogKXK?cnUXC!.4qHZM[cJ<<m-5")
    }

    @Test func `what is written is read, whatever the key`() throws {
        for _ in 0..<50 {
            let (pair, server) = (try KeyPair.make(), try KeyPair.make().publicKey)
            let text = KeyText.secretText(of: pair, name: "a", serverKey: server)
            let read = try KeyText(text)
            #expect(read.pair == pair && read.serverKey == server)
            #expect(read.publicKey == pair.publicKey)
            let open = KeyText.publicText(of: pair.publicKey, name: "a")
            #expect(try KeyText(open).publicKey == pair.publicKey)
            #expect(!open.contains(pair.secretText))
            let list = try AllowList(
                "# all\n\n" + AllowList.line(name: "a", key: pair.publicKey)
                    + "b \(server)   # theirs\n")
            #expect(list.names == [pair.publicKey: "a", server: "b"])
        }
    }

    @Test func `a text that is cut off anywhere is refused, and no part of a secret is shown`()
        throws
    {
        let pair = try KeyPair.make()
        let text = KeyText.secretText(of: pair, name: "a")
        // Without its last two characters, a quotation mark and a line break, it is whole.
        let whole = text.dropLast(2)
        for length in 0..<text.count where length < whole.count {
            let cut = String(text.prefix(length))
            do {
                #expect(try KeyText(cut).pair == nil)
            } catch {
                #expect(!"\(error)".contains(pair.secretText.prefix(8)))
            }
        }
    }

    @Test(
        arguments: [
            ("", nil, "expected a line public-key, found none"),
            (
                "public-key = \"abc\"", 1,
                "expected a key of 40 characters (Z85) as public-key, found 3"
            ),
            (
                "a\npublic-key = \"f?A@EDPRk9}8wPII{FlQKJun#J[z0z}KcLfZM7z,\"", 2,
                "expected a key of 40 characters (Z85) as public-key, found other characters"
            ),
            (
                "public-key = f?A@EDPRk9}8wPII{FlQKJun#J[z0z}KcLfZM7z>\n"
                    + "public-key = f?A@EDPRk9}8wPII{FlQKJun#J[z0z}KcLfZM7z>", 2,
                "expected public-key once, found it twice"
            ),
            (
                "public-key = f?A@EDPRk9}8wPII{FlQKJun#J[z0z}KcLfZM7z>\n"
                    + "secret-key = f?A@EDPRk9}8wPII{FlQKJun#J[z0z}KcLfZM7z>", 2,
                "expected the secret key of the public key, found another one"
            ),
        ] as [(String, Int?, String)])
    func `other texts are refused`(text: String, line: Int?, start: String) {
        do {
            _ = try KeyText(text)
            Issue.record("accepted")
        } catch {
            #expect(error.line == line)
            #expect(error.description.hasPrefix(start), "\(error)")
        }
    }

    @Test(arguments: [
        "", "#####", String(repeating: "#", count: 40), String(repeating: "0", count: 39),
    ])
    func `texts that are not keys`(text: String) {
        // Forty number signs stand for more than four bytes in each group.
        #expect(PublicKey(text) == nil && KeyPair(secretText: text) == nil)
    }

    @Test func `a list names each line that is not right`() throws {
        let keys = try (0..<2).map { _ in try KeyPair.make().publicKey }
        do {
            _ = try AllowList(
                """
                # clients
                one \(keys[0])
                two \(keys[0])
                one \(keys[1])
                three
                four tooshort
                bad/name \(keys[1]) more
                """)
            Issue.record("accepted")
        } catch {
            #expect(error.all.map(\.line) == [3, 4, 5, 6, 7])
            #expect(
                error.all[0].text
                    == "expected each key once, found that of line 2 again; remove one")
            #expect(
                error.all[1].text
                    == "expected each name once, found 'one' of line 2 again; change one")
        }
    }

    @Test(
        arguments: [
            ("tcp://127.0.0.1:5555", "127.0.0.1", 5555, "tcp://127.0.0.1:5555", true),
            ("tcp://localhost:*", "localhost", nil, "tcp://127.0.0.1:*", true),
            ("tcp://127.3.2.1:1", "127.3.2.1", 1, "tcp://127.3.2.1:1", true),
            ("tcp://[::1]:65535", "::1", 65535, "tcp://[::1]:65535", true),
            ("tcp://*:80", "*", 80, "tcp://*:80", false),
            ("tcp://192.0.2.1:80", "192.0.2.1", 80, "tcp://192.0.2.1:80", false),
            ("tcp://0.0.0.0:80", "0.0.0.0", 80, "tcp://0.0.0.0:80", false),
            ("tcp://[::]:80", "::", 80, "tcp://[::]:80", false),
        ] as [(String, String, UInt16?, String, Bool)])
    func `endpoints are read and resolved`(
        text: String, host: String, port: UInt16?, endpoint: String, isLoopback: Bool
    ) throws {
        let found = try #require(TCPEndpoint(text))
        #expect(found.host == host && found.port == port)
        let address = try found.resolved()
        #expect(found.endpoint(at: address) == endpoint && address.isLoopback == isLoopback)
    }

    @Test(arguments: [
        "tcp://", "tcp://:5", "tcp://a", "tcp://a:", "tcp://a:0", "tcp://a:65536", "tcp://a:+5",
        "tcp://::1:5", "tcp://[a]:5", "tcp://[::1:5", "tcp://a b:5", "tcp://a/b:5", "ipc://a:5",
        "tcp://a:5x", "tcp://é:5",
    ])
    func `other texts are no endpoints`(text: String) { #expect(TCPEndpoint(text) == nil) }

    @Test func `a host without an address is named`() {
        let endpoint = TCPEndpoint("tcp://no-such-host.invalid:5")
        let error = #expect(throws: TCPEndpoint.UnknownHost.self) { try endpoint?.resolved() }
        #expect(error?.host == "no-such-host.invalid" && error?.reason.isEmpty == false)
    }
}
