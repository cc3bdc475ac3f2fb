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

        @Test func `are made, listed and authorised`() throws {
            let folder = try KeyFolder.make()
            func mode(_ path: String) throws -> Int? {
                let facts = try FileManager.default.attributesOfItem(atPath: folder.path(path))
                return facts[.posixPermissions] as? Int
            }
            #expect(try mode("k") == 0o700)
            #expect(try mode("k/one.secret") == 0o600 && mode("k/one.public") == 0o644)
            let keys = try ["coordinator", "one", "three", "two"].map {
                ($0, try KeyFolder.publicKey($0, folder))
            }
            let list = try KeyFolder.keys(["list", "--folder", "k"], in: folder)
            #expect(list.output == keys.map { "\($0)  \($1)  secret key\n" }.joined())
            // A key is never replaced, and a list has each client once.
            let again = try KeyFolder.keys(["new", "one", "--folder", "k"], in: folder)
            #expect(again.exitCode == 2)
            #expect(
                again.errors
                    == "error: k/one.public: expected no file, found one; choose another name\n")
            let before = folder.text("clients.txt")
            let known = try KeyFolder.keys(
                ["authorise", "clients.txt", "k/one.public"], in: folder)
            #expect(known.exitCode == 0 && known.output.contains("is already in"))
            #expect(folder.text("clients.txt") == before)
            let secret = try KeyFolder.keys(
                ["authorise", "clients.txt", "k/three.secret"], in: folder)
            #expect(secret.exitCode == 2)
            #expect(
                secret.errors
                    == "error: k/three.secret: expected a public key file, found a secret key, which"
                    + " must stay with its owner; name the file that ends with .public\n")
            chmod(folder.path("k/two.secret"), 0o640)
            let open = try KeyFolder.keys(["list", "--folder", "k"], in: folder)
            #expect(open.exitCode == 2 && open.errors.contains("k/two.secret: expected a secret"))
        }

        @Test func `say who may connect, and each other client hears why not`() throws {
            let folder = try KeyFolder.make()
            let (run, endpoint) = try KeyFolder.coordinator(folder)
            let strangers: [(words: [String], reason: String)] = [
                (
                    ["--key", "k/three.secret", "--server-key", "k/coordinator.public"],
                    "expected a key on the coordinator's list, found"
                        + " \(try KeyFolder.publicKey("three", folder)) (k/three.secret); add its public"
                        + " key file there with 'hyperfed keys authorise', and start this client"
                        + " again"
                ),
                (
                    ["--key", "k/one.secret", "--server-key", "k/two.public"],
                    "expected a coordinator with the key \(try KeyFolder.publicKey("two", folder))"
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
            let clients = try ["one", "two"].map {
                try KeyFolder.client($0, at: endpoint, in: folder)
            }
            #expect(try run.end(within: 60).exitCode == 0, "\(run.errors)")
            for client in clients { #expect(try client.end(within: 10).exitCode == 0) }
            let files = try RunFiles(folder, "result")
            #expect(files.difference(from: try `The program`.files()) == nil)
            let about = folder.text("result/run.json")
            #expect(about.contains(#""unlisted_key": 1,"#), "\(about)")
            // Without keys a client may see a broken handshake first.
            let reasons = ["other_server_key", "one_side_without_keys", "broken_handshake"]
            let counts = reasons.compactMap { reason in
                about.split(separator: "\"\(reason)\": ").dropFirst().first
                    .flatMap { Int($0.prefix { $0.isNumber }) }
            }
            #expect(counts.count == 3 && counts.reduce(0, +) >= 2, "\(about)")
            #expect((counts.first ?? 0) > 0, "\(about)")
        }

        @Test func `can be added to the list and taken off it while a coordinator runs`() throws {
            let folder = try KeyFolder.make()
            let (run, endpoint) = try KeyFolder.coordinator(folder, ["--rounds", "1000000"])
            func refused(_ name: String) throws -> HyperfedProgram.Ending {
                try KeyFolder.client(name, at: endpoint, in: folder).end(within: 20)
            }
            #expect(try refused("three").exitCode == 2)
            let list = try KeyFolder.keys(
                ["authorise", "clients.txt", "k/three.public"], in: folder)
            #expect(list.exitCode == 0)
            let client = try KeyFolder.client("three", at: endpoint, in: folder)
            try `The program`.waitForRounds(2, folder, run)
            // A list that is not right changes nothing.
            let whole = folder.text("clients.txt")
            try folder.write("clients.txt", whole + "four\n")
            let other = try KeyFolder.client("two", at: endpoint, in: folder)
            #expect(
                eventually(within: 20) {
                    run.errors.contains(
                        "clients.txt:5: expected a name and a key of 40 characters, found 1 words;"
                            + " write it with 'hyperfed keys authorise'; the list as it was before"
                            + " counts\n")
                }, "\(run.errors)")
            #expect(other.isRunning)
            // A client that is taken off the list cannot connect again.
            let lines = whole.split(separator: "\n").filter { !$0.hasPrefix("one ") }
            try folder.write("clients.txt", lines.joined(separator: "\n") + "\n")
            let gone = try refused("one")
            #expect(
                gone.exitCode == 2 && gone.errors.contains("expected a key on the coordinator's"))
            run.signal(SIGINT)
            #expect(try run.end(within: 10).exitCode == 130)
            for client in [client, other] { #expect(try client.end(within: 20).exitCode == 0) }
        }

        @Test func `hold a process number against other clients`() throws {
            let folder = try KeyFolder.make()
            let (run, endpoint) = try KeyFolder.coordinator(folder, ["--rounds", "1000000"])
            let owner = try KeyFolder.client("one", at: endpoint, ["--process", "5"], in: folder)
            try `The program`.waitForRounds(2, folder, run)
            let thief = try KeyFolder.client("two", at: endpoint, ["--process", "5"], in: folder)
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
            let next = try KeyFolder.client("two", at: endpoint, ["--process", "5"], in: folder)
            let later = `The program`.rounds(folder, "result")
            try `The program`.waitForRounds(later + 2, folder, run)
            run.signal(SIGINT)
            #expect(try run.end(within: 5).exitCode == 130)
            #expect(try next.end(within: 10).exitCode == 0)
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
            let folder = try KeyFolder.make()
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
            let (run, endpoint) = try KeyFolder.coordinator(folder, bind: "tcp://[::1]:*")
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
