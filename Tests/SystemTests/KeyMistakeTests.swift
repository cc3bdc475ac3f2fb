import Glibc
import TestSupport
import Testing

extension `The program` {
    /// Keys, lists and endpoints that cannot be used, in the real program.
    @Suite(.slow) struct `Keys that are not right` {
        /// Files of the folder `k`, and the message about each.
        private static let unusable = [
            (
                "missing.secret",
                ": expected a secret key file, found no file; make one with 'hyperfed keys new"
                    + " NAME'"
            ),
            (
                "open.secret",
                ": expected a secret key that only you can read (mode 0600), found mode 0644;"
                    + " run 'chmod 600' on it, and make a new key if others may have read it"
            ),
            (
                "cut.secret",
                ":8: expected a key of 40 characters (Z85) as secret-key, found 23 characters;"
                    + " copy the whole file, or make a new one with 'hyperfed keys new'"
            ),
            (
                "other.secret",
                ": expected a line public-key, found none; copy the whole file, or make a new"
                    + " one with 'hyperfed keys new'"
            ),
            (
                "bytes.secret",
                ": expected a secret key file, found other bytes; make one with 'hyperfed keys"
                    + " new NAME'"
            ),
            (
                "one.public",
                ": expected a secret key, found only a public key; name the file that ends with"
                    + " .secret"
            ),
            (
                "",
                ": expected a secret key file, found no regular file; make one with 'hyperfed"
                    + " keys new NAME'"
            ),
        ]

        @Test func `that cannot be used are refused in words`() throws {
            let folder = try KeyFolder.make()
            let whole = folder.text("k/one.secret")
            try folder.write("k/open.secret", whole)
            try folder.write("k/cut.secret", String(whole.dropLast(20)))
            try folder.write("k/other.secret", "hello\n")
            try folder.write("k/bytes.secret", [0xff, 0xfe, 0x00])
            for name in ["cut", "other", "bytes"] {
                chmod(folder.path("k/\(name).secret"), 0o600)
            }
            chmod(folder.path("k/open.secret"), 0o644)
            for (file, message) in Self.unusable {
                for words in [
                    [
                        "client", "--connect", "tcp://127.0.0.1:9", "--key", "k/\(file)",
                        "--server-key", "k/coordinator.public",
                    ],
                    [
                        "coordinator", "small.yaml", "--bind", "tcp://127.0.0.1:*", "--output",
                        "r", "--key", "k/\(file)", "--allow", "clients.txt",
                    ],
                ] {
                    let ending = try HyperfedProgram.run(words, in: folder, seconds: 20)
                    #expect(ending.exitCode == 2)
                    #expect(ending.errors == "error: k/\(file)\(message)\n")
                }
            }
            #expect(!folder.has("r"))
        }

        @Test(arguments: [
            ("# nobody\n\n", ": expected one client or more, found none; "),
            (
                "one KEY\n# again\none KEY\n",
                ":3: expected each key once, found that of line 1 again"
            ),
            ("one KEY\ntwo\n", ":2: expected a name and a key of 40 characters, found 1 words; "),
        ])
        func `of a list that is not right are refused with their line`(
            text: String, message: String
        ) throws {
            let folder = try KeyFolder.make()
            let key = try KeyFolder.publicKey("one", folder)
            try folder.write("clients.txt", text.replacing("KEY", with: key))
            let ending = try HyperfedProgram.run(
                [
                    "coordinator", "small.yaml", "--bind", "tcp://127.0.0.1:*", "--output", "r",
                    "--key", "k/coordinator.secret", "--allow", "clients.txt",
                ], in: folder, seconds: 20)
            #expect(ending.exitCode == 2)
            #expect(
                ending.errors.hasPrefix("error: clients.txt\(message)"), "\(ending.errors)")
        }

        @Test(arguments: [
            (
                ["--bind", "tcp://0.0.0.0:5555"],
                "--bind: expected --key and --allow for an address that other machines can reach,"
                    + " found neither with tcp://0.0.0.0:5555; make keys with 'hyperfed keys new',"
                    + " or bind to 127.0.0.1"
            ),
            (
                ["--bind", "tcp://*:*", "--insecure"],
                "--insecure: expected an address that only this machine can reach, found tcp://*:*;"
                    + " bind to 127.0.0.1, or use --key and --allow"
            ),
            (
                ["--bind", "tcp://[::]:*", "--insecure"],
                "--insecure: expected an address that only this machine can reach, found"
                    + " tcp://[::]:*; bind to 127.0.0.1, or use --key and --allow"
            ),
            (
                ["--bind", "ipc://s", "--insecure"],
                "--bind: expected a tcp endpoint with --key, --allow or --insecure, found ipc://s;"
                    + " leave these options out, since only you can connect over ipc"
            ),
            (
                [
                    "--bind", "tcp://192.0.2.1:*", "--key", "k/coordinator.secret", "--allow",
                    "clients.txt",
                ],
                "--bind: expected an address of this machine, found tcp://192.0.2.1:*; list them"
                    + " with 'ip address' (tcp://192.0.2.1:*: Cannot assign requested address,"
                    + " errno 99)"
            ),
        ])
        func `are needed beyond this machine`(words: [String], message: String) throws {
            let folder = try KeyFolder.make()
            let ending = try HyperfedProgram.run(
                ["coordinator", "small.yaml", "--output", "r"] + words, in: folder, seconds: 20)
            #expect(ending.exitCode == 2)
            #expect(ending.errors == "error: \(message)\n")
            #expect(!folder.has("r"))
        }

        @Test func `and names of hosts: one that is unknown is refused on both sides`() throws {
            let folder = try KeyFolder.make()
            for words in [
                ["coordinator", "small.yaml", "--bind", "tcp://no-such.invalid:5555"],
                ["client", "--insecure", "--connect", "tcp://no-such.invalid:5555"],
            ] {
                let ending = try HyperfedProgram.run(words, in: folder, seconds: 30)
                #expect(ending.exitCode == 2)
                #expect(
                    ending.errors.contains(
                        ": expected a host with an address, found 'no-such.invalid' ("),
                    "\(ending.errors)")
            }
            let far = try HyperfedProgram.run(
                ["client", "--insecure", "--connect", "tcp://192.0.2.1:5555"], in: folder)
            #expect(far.exitCode == 2)
            #expect(
                far.errors
                    == "error: --insecure: expected a coordinator on this machine, found"
                    + " tcp://192.0.2.1:5555; use --key and --server-key\n")
        }
    }
}
