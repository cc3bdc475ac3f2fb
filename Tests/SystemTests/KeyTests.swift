import Foundation
import Glibc
import TestSupport
import Testing

extension `The program` {
    /// Keys of coordinators and clients over tcp, in the real program.
    @Suite(.slow) struct `Keys` {
        // About a second of work, so that both clients have joined long before the end.
        private static let words = ["--rounds", "60", "--set", "training.local_epochs=100"]
        private static let reference = Result {
            try `The program`.files(`The program`.scenario, words)
        }

        private static func keys(
            _ words: [String], in folder: TemporaryFolder
        ) throws -> HyperfedProgram.Ending { try HyperfedProgram.run(["keys"] + words, in: folder) }

        /// A folder with the keys of a coordinator and of three clients, of which the first two are
        /// on the list.
        private static func folder() throws -> TemporaryFolder {
            let folder = try TemporaryFolder()
            try folder.write("small.yaml", `The program`.scenario)
            for name in ["coordinator", "one", "two", "three"] {
                let made = try keys(["new", name, "--folder", "k"], in: folder)
                try #require(made.exitCode == 0, "\(made.errors)")
            }
            let list = try keys(
                ["authorise", "clients.txt", "k/one.public", "k/two.public"], in: folder)
            try #require(list.exitCode == 0, "\(list.errors)")
            return folder
        }

        private static func coordinator(
            _ folder: TemporaryFolder, _ words: [String] = [], bind: String = "tcp://localhost:*"
        ) throws -> (run: RunningProgram, endpoint: String) {
            let run = try HyperfedProgram.start(
                [
                    "coordinator", "small.yaml", "--output", "result", "--bind", bind, "--key",
                    "k/coordinator.secret", "--allow", "clients.txt",
                ] + words, in: folder)
            return (run, try Way(to: run).endpoint)
        }

        private static func client(
            _ name: String, at endpoint: String, server: String = "coordinator",
            _ words: [String] = [], in folder: TemporaryFolder
        ) throws -> RunningProgram {
            try HyperfedProgram.start(
                [
                    "client", "--connect", endpoint, "--key", "k/\(name).secret", "--server-key",
                    "k/\(server).public",
                ] + words, in: folder)
        }

        private static func publicKey(_ name: String, _ folder: TemporaryFolder) throws -> String {
            let line = folder.text("k/\(name).public").firstMatch(of: /public-key = "(.{40})"/)
            return String(try #require(line).1)
        }

        @Test func `are made, listed and authorised`() throws {
            let folder = try Self.folder()
            func mode(_ path: String) throws -> Int? {
                let facts = try FileManager.default.attributesOfItem(atPath: folder.path(path))
                return facts[.posixPermissions] as? Int
            }
            #expect(try mode("k") == 0o700)
            #expect(try mode("k/one.secret") == 0o600 && mode("k/one.public") == 0o644)
            let keys = try ["coordinator", "one", "three", "two"].map {
                ($0, try Self.publicKey($0, folder))
            }
            let list = try Self.keys(["list", "--folder", "k"], in: folder)
            #expect(list.output == keys.map { "\($0)  \($1)  secret key\n" }.joined())
            // A key is never replaced, and a list has each client once.
            let again = try Self.keys(["new", "one", "--folder", "k"], in: folder)
            #expect(again.exitCode == 2)
            #expect(
                again.errors
                    == "error: k/one.public: expected no file, found one; choose another name\n")
            let before = folder.text("clients.txt")
            let known = try Self.keys(["authorise", "clients.txt", "k/one.public"], in: folder)
            #expect(known.exitCode == 0 && known.output.contains("is already in"))
            #expect(folder.text("clients.txt") == before)
            let secret = try Self.keys(["authorise", "clients.txt", "k/three.secret"], in: folder)
            #expect(secret.exitCode == 2)
            #expect(
                secret.errors
                    == "error: k/three.secret: expected a public key file, found a secret key, which"
                    + " must stay with its owner; name the file that ends with .public\n")
            chmod(folder.path("k/two.secret"), 0o640)
            let open = try Self.keys(["list", "--folder", "k"], in: folder)
            #expect(open.exitCode == 2 && open.errors.contains("k/two.secret: expected a secret"))
        }

        @Test func `say who may connect, and each other client hears why not`() throws {
            let folder = try Self.folder()
            let (run, endpoint) = try Self.coordinator(folder)
            let strangers: [(words: [String], reason: String)] = [
                (
                    ["--key", "k/three.secret", "--server-key", "k/coordinator.public"],
                    "expected a key on the coordinator's list, found"
                        + " \(try Self.publicKey("three", folder)) (k/three.secret); add its public"
                        + " key file there with 'hyperfed keys authorise', and start the coordinator"
                        + " again"
                ),
                (
                    ["--key", "k/one.secret", "--server-key", "k/two.public"],
                    "expected a coordinator with the key \(try Self.publicKey("two", folder))"
                        + " (k/two.public), found one with another key, or another program; copy"
                        + " the coordinator's public key file again, or check --connect"
                ),
                (
                    ["--insecure"],
                    "expected a coordinator without keys, found one with keys; give this client"
                        + " --key and --server-key"
                ),
            ]
            for (words, reason) in strangers {
                let ending = try HyperfedProgram.run(
                    ["client", "--connect", endpoint] + words, in: folder, seconds: 20)
                #expect(ending.exitCode == 2)
                #expect(ending.errors == "client process: \(endpoint): \(reason)\n")
            }
            #expect(
                eventually(within: 10) {
                    run.errors.contains(
                        "refused a connection from 127.0.0.1: expected a client key of the list,")
                        && run.errors.contains(": expected a client with this coordinator's public")
                })
            let clients = try ["one", "two"].map { try Self.client($0, at: endpoint, in: folder) }
            #expect(try run.end(within: 60).exitCode == 0, "\(run.errors)")
            for client in clients { #expect(try client.end(within: 10).exitCode == 0) }
            let files = try RunFiles(folder, "result")
            #expect(files.difference(from: try `The program`.files()) == nil)
            let about = folder.text("result/run.json")
            #expect(about.contains(#""unlisted_key": 1,"#), "\(about)")
            #expect(about.contains(/"other_server_key": [1-9]/), "\(about)")
            #expect(about.contains(/"one_side_without_keys": [1-9]/), "\(about)")
        }

        @Test func `hold a process number against other clients`() throws {
            let folder = try Self.folder()
            let (run, endpoint) = try Self.coordinator(folder, ["--rounds", "1000000"])
            let owner = try Self.client("one", at: endpoint, ["--process", "5"], in: folder)
            try `The program`.waitForRounds(2, folder, run)
            let thief = try Self.client("two", at: endpoint, ["--process", "5"], in: folder)
                .end(within: 20)
            #expect(thief.exitCode == 2)
            #expect(
                thief.errors
                    == "client process 5: refused by the coordinator: expected a process number that"
                    + " is free or of the client 'two', found 5 of another client; leave out"
                    + " --process to be given one\n")
            let rounds = `The program`.rounds(folder, "result")
            try `The program`.waitForRounds(rounds + 2, folder, run)
            // When the owner has ended, its number is free.
            owner.signal(SIGKILL)
            _ = try owner.end(within: 5)
            let next = try Self.client("two", at: endpoint, ["--process", "5"], in: folder)
            let later = `The program`.rounds(folder, "result")
            try `The program`.waitForRounds(later + 2, folder, run)
            run.signal(SIGINT)
            #expect(try run.end(within: 5).exitCode == 130)
            #expect(try next.end(within: 10).exitCode == 0)
        }

        @Test func `that cannot be used are refused in words`() throws {
            let folder = try Self.folder()
            let whole = folder.text("k/one.secret")
            try folder.write("k/open.secret", whole)
            try folder.write("k/cut.secret", String(whole.dropLast(20)))
            try folder.write("k/other.secret", "hello\n")
            try folder.write("k/bytes.secret", [0xff, 0xfe, 0x00])
            for name in ["cut", "other", "bytes"] {
                chmod(folder.path("k/\(name).secret"), 0o600)
            }
            chmod(folder.path("k/open.secret"), 0o644)
            for (file, message) in [
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
                    ":8: expected a key of 40 characters (Z85) as secret-key, found 22 characters;"
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
            ] {
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
            let folder = try Self.folder()
            let key = try Self.publicKey("one", folder)
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
            let folder = try Self.folder()
            let ending = try HyperfedProgram.run(
                ["coordinator", "small.yaml", "--output", "r"] + words, in: folder, seconds: 20)
            #expect(ending.exitCode == 2)
            #expect(ending.errors == "error: \(message)\n")
            #expect(!folder.has("r"))
        }

        @Test func `and names of hosts: one that is unknown is refused on both sides`() throws {
            let folder = try Self.folder()
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

        @Test func `of a run are in a private file, and in no command line or environment`() throws
        {
            let folder = try TemporaryFolder()
            try folder.write("small.yaml", `The program`.scenario)
            let run = try HyperfedProgram.start(
                [
                    "run", "small.yaml", "--quiet", "--output", "result", "--rounds", "1000000",
                    "--set", "clients.transport=tcp",
                ], in: folder)
            try `The program`.waitForRounds(2, folder, run)
            let child = try #require(run.children.first)
            func facts(_ name: String) throws -> String {
                let bytes = try Data(contentsOf: URL(fileURLWithPath: "/proc/\(child)/\(name)"))
                return String(decoding: bytes, as: UTF8.self)
            }
            let words = try facts("cmdline").split(separator: "\0").map(String.init)
            let index = try #require(words.firstIndex(of: "--key"))
            let file = words[index + 1]
            let secret = try #require(
                String(contentsOfFile: file, encoding: .utf8)
                    .firstMatch(of: /secret-key = "(.{40})"/)
            ).1
            for name in ["cmdline", "environ"] {
                #expect(try !facts(name).contains(secret))
            }
            let attributes = try FileManager.default.attributesOfItem(atPath: file)
            #expect(attributes[.posixPermissions] as? Int == 0o600)
            let parent = (file as NSString).deletingLastPathComponent
            let around = try FileManager.default.attributesOfItem(atPath: parent)
            #expect(around[.posixPermissions] as? Int == 0o700)
            run.signal(SIGINT)
            #expect(try run.end(within: 10).exitCode == 130)
            #expect(!FileManager.default.fileExists(atPath: parent))
        }

        @Test func `and data in another folder give the bits of run`() throws {
            let folder = try Self.folder()
            let rows = (0..<200).map { "\($0 * 7 % 11),\($0 * 5 % 13),\($0 % 2)\n" }.joined()
            try folder.write(
                "small.yaml",
                """
                data: { dataset: { kind: csv, file: t.csv } }
                clients: { count: 4, per_round: 3 }
                training: { rounds: 3 }
                """)
            try folder.write("t.csv", rows)
            let whole = try HyperfedProgram.run(
                ["run", "small.yaml", "--quiet", "--output", "whole"], in: folder)
            #expect(whole.exitCode == 0, "\(whole.errors)")
            let (run, endpoint) = try Self.coordinator(folder, ["--quiet"], bind: "tcp://[::1]:*")
            // The client has the same data elsewhere, and a cache of its own.
            try FileManager.default.createDirectory(
                atPath: folder.path("far"), withIntermediateDirectories: false)
            try folder.write("far/t.csv", rows)
            try FileManager.default.removeItem(atPath: folder.path("t.csv"))
            func far(_ words: [String], cache: String) throws -> HyperfedProgram.Ending {
                try RunningProgram(
                    try HyperfedProgram.path(),
                    [
                        "client", "--connect", endpoint, "--key", "k/one.secret", "--server-key",
                        "k/coordinator.public",
                    ] + words, in: folder, environment: ["HYPERFED_CACHE": folder.path(cache)]
                ).end(within: 30)
            }
            let lost = try far([], cache: "cache1")
            #expect(lost.exitCode == 2 && lost.errors.contains("t.csv"), "\(lost.errors)")
            let nowhere = try far(["--data", "nowhere"], cache: "cache2")
            #expect(nowhere.exitCode == 2)
            #expect(
                nowhere.errors
                    == "error: --data: expected a folder, found nothing at nowhere; name the folder"
                    + " with the data\n")
            let found = try far(["--data", "far"], cache: "cache3")
            #expect(found.exitCode == 0, "\(found.errors)")
            #expect(try run.end(within: 30).exitCode == 0, "\(run.errors)")
            let files = try RunFiles(folder, "result")
            #expect(files.difference(from: try RunFiles(folder, "whole")) == nil)
        }
    }
}
