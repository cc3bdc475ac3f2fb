import Glibc
import Messaging
import TestSupport
import Testing

extension `The program` {
    /// Nobody's silence makes a run stand still, and none of it changes a bit.
    @Suite(.slow) struct `Silent client processes` {
        private static let words = ["--rounds", "60", "--set", "training.local_epochs=100"]
        private static let reference = Result {
            try `The program`.files(`The program`.scenario, words + ["--in-process"])
        }

        @Test func `that are stopped are replaced, and named`() throws {
            let folder = try TemporaryFolder()
            try folder.write("small.yaml", `The program`.scenario)
            let run = try HyperfedProgram.start(
                ["run", "small.yaml", "--output", "result", "--quiet"] + Self.words, in: folder)
            try `The program`.waitForRounds(5, folder, run)
            let victim = try #require(run.children.first)
            Glibc.kill(victim, SIGSTOP)
            #expect(try run.end(within: 60).exitCode == 0)
            #expect(!ProcessTable.isAlive(victim))
            let expected =
                /warning: round \d+: expected the reports? of clients? [\d, and]+, found none for \d+ s from process \d \(pid (\d+)\); other processes take its tasks; it is ended and started again\n/
            let match = try #require(run.errors.firstMatch(of: expected), "\(run.errors)")
            #expect(Int32(match.1) == victim)
            // That it was killed needs no line of its own.
            #expect(run.errors.split(separator: "\n").count == 1, "\(run.errors)")
            let files = try RunFiles(folder, "result")
            #expect(files.difference(from: try Self.reference.get()) == nil)
        }

        @Test func `that others have started may come back`() throws {
            let folder = try TemporaryFolder()
            try folder.write("small.yaml", `The program`.scenario)
            let endpoint = "ipc://\(folder.path)/s"
            let run = try HyperfedProgram.start(
                ["coordinator", "small.yaml", "--output", "result", "--quiet", "--bind", endpoint]
                    + Self.words, in: folder)
            let words = ["client", "--connect", endpoint, "--patience", "1"]
            let first = try HyperfedProgram.start(words, in: folder)
            // Alone it always has a task.
            try `The program`.waitForRounds(5, folder, run)
            first.signal(SIGSTOP)
            defer { first.signal(SIGCONT) }
            let second = try HyperfedProgram.start(words, in: folder)
            #expect(try run.end(within: 60).exitCode == 0)
            #expect(run.errors.contains("(pid \(first.pid))"), "\(run.errors)")
            #expect(run.errors.contains("it may come back at any time"), "\(run.errors)")
            #expect(try second.end(within: 20).exitCode == 0)
            // It hears that the run is over, or finds nobody any more.
            first.signal(SIGCONT)
            #expect([0, 1].contains(try first.end(within: 20).exitCode))
            let files = try RunFiles(folder, "result")
            #expect(files.difference(from: try Self.reference.get()) == nil)
        }

        @Test func `that all die at once end the run, which says what kind of failure that is`()
            throws
        {
            let folder = try TemporaryFolder()
            try folder.write("small.yaml", `The program`.scenario)
            let run = try HyperfedProgram.start(
                [
                    "run", "small.yaml", "--output", "result", "--quiet", "--processes", "6",
                    "--rounds", "1000000", "--set", "training.local_epochs=1000",
                ], in: folder)
            try `The program`.waitForRounds(1, folder, run)
            let children = run.children
            try #require(children.count == 6)
            for child in children { Glibc.kill(child, SIGSTOP) }
            for child in children { Glibc.kill(child, SIGKILL) }
            let ending = try run.end(within: 30)
            #expect(ending.exitCode == 1)
            #expect(ending.errors.contains("expected one that finishes a task, found "))
            #expect(!ending.errors.contains("learning_rate"))
            #expect(folder.text("result/run.json").contains(#""failure": "lost_process""#))
        }

        @Test func `a second client with the same number is refused in words`() throws {
            let folder = try TemporaryFolder()
            try folder.write("small.yaml", `The program`.scenario)
            let endpoint = "ipc://\(folder.path)/s"
            let run = try HyperfedProgram.start(
                [
                    "coordinator", "small.yaml", "--output", "result", "--quiet", "--bind",
                    endpoint, "--rounds", "1000000",
                ], in: folder)
            let words = ["client", "--connect", endpoint, "--process", "0"]
            let first = try HyperfedProgram.start(words, in: folder)
            try `The program`.waitForRounds(2, folder, run)
            let second = try HyperfedProgram.run(words, in: folder)
            #expect(second.exitCode == 2)
            #expect(
                second.errors
                    == "client process 0: refused by the coordinator: expected a free process number,"
                    + " found 0, which is in use by pid \(first.pid); leave out --process to be given one\n"
            )
            let rounds = `The program`.rounds(folder, "result")
            try `The program`.waitForRounds(rounds + 2, folder, run)
            run.signal(SIGINT)
            #expect(try run.end(within: 5).exitCode == 130)
            #expect(try first.end(within: 10).exitCode == 0)
        }

        /// Signs of life are not enough: past the deadline of a task another process gets it, too.
        @Test(.enabled(if: `The program`.hasPython(), "python3 is not installed"))
        func `that only give signs of life lose their tasks`() throws {
            let folder = try TemporaryFolder()
            try folder.write("small.yaml", `The program`.scenario)
            let words = ["--rounds", "1"]
            let run = try HyperfedProgram.start(
                [
                    "coordinator", "small.yaml", "--output", "result", "--bind",
                    "tcp://127.0.0.1:*",
                ] + words, in: folder)
            let endpoint = try `The program`.endpoint(of: run)
            let port = String(endpoint.split(separator: ":").last ?? "")
            let idler = try RunningProgram(
                "/usr/bin/env",
                [
                    "python3", "-c", ForeignPeer.idler, port, "\(MessageCodec.protocolVersion)",
                    try ForeignPeer.programVersion(folder),
                ], in: folder)
            #expect(eventually(within: 20) { idler.output.contains("joined") }, "\(idler.errors)")
            let client = try HyperfedProgram.start(["client", "--connect", endpoint], in: folder)
            let ending = try run.end(within: 60)
            #expect(ending.exitCode == 0, "\(ending.errors)")
            #expect(
                ending.errors.contains(
                    /found none for \d+ s from process 0 \(pid 1\), which gives signs of life; other processes take its tasks, too/
                ), "\(ending.errors)")
            #expect(folder.text("result/run.json").contains(#""overdue_tasks": 1"#))
            #expect(try client.end(within: 20).exitCode == 0)
            let files = try RunFiles(folder, "result")
            let reference = try `The program`.files(`The program`.scenario, words)
            #expect(files.difference(from: reference) == nil)
        }

        @Test(.enabled(if: `The program`.hasPython(), "python3 is not installed"))
        func `strangers that say hello and go away do no harm`() throws {
            let folder = try TemporaryFolder()
            try folder.write("small.yaml", `The program`.scenario)
            let run = try HyperfedProgram.start(
                [
                    "coordinator", "small.yaml", "--output", "result", "--insecure", "--bind",
                    "tcp://127.0.0.1:*",
                ] + Self.words, in: folder)
            let way = try Way(to: run)
            let strangers = try `The program`.python(
                ForeignPeer.passerby,
                [
                    way.port, "\(MessageCodec.protocolVersion)",
                    try ForeignPeer.programVersion(folder),
                ])
            #expect(strangers.exitCode == 0, "\(strangers.errors)")
            let client = try HyperfedProgram.start(["client"] + way.words, in: folder)
            #expect(try run.end(within: 60).exitCode == 0, "\(run.errors)")
            #expect(try client.end(within: 10).exitCode == 0)
            let files = try RunFiles(folder, "result")
            #expect(files.difference(from: try Self.reference.get()) == nil)
        }
    }
}
