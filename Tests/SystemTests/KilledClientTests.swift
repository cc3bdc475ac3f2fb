import Foundation
import Glibc
import TestSupport
import Testing

extension `The program` {
    /// Promise 2: a killed client process costs a task that is issued again, never a result.
    @Suite(.slow) struct `Killed client processes` {
        // About a second of work, so that kills hit.
        private static let words = ["--rounds", "60", "--set", "training.local_epochs=100"]
        private static let reference = Result {
            try `The program`.files(`The program`.scenario, words + ["--in-process"])
        }

        @Test(arguments: ["ipc", "tcp"])
        func `are started again, and the bits stay the same`(transport: String) throws {
            let folder = try TemporaryFolder()
            try folder.write("small.yaml", `The program`.scenario)
            let run = try HyperfedProgram.start(
                ["run", "small.yaml", "--output", "result", "--quiet"] + Self.words + [
                    "--set", "clients.transport=\(transport)",
                ], in: folder)
            // Rounds lie between the kills: five deaths with nothing finished end a run.
            let kills = 6
            try `The program`.killChildren(
                of: run, folder, times: kills, from: 3, every: 8)
            let ending = try run.end(within: 60)
            #expect(ending.exitCode == 0)
            let restarts = ending.errors.split(separator: "\n").count {
                $0.hasSuffix("died; starting it again")
            }
            #expect(restarts == kills, "\(ending.errors)")
            let files = try RunFiles(folder, "result")
            #expect(files.difference(from: try Self.reference.get()) == nil)
        }

        /// Control variates and what schedulers carry lie in shared memory or with the coordinator: a
        /// process that dies while it writes, or with an update on its way, takes none of it along.
        @Test(
            arguments: [
                ("scaffold", "constant"), ("{ kind: feddyn, a: 0.1 }", "constant"),
                ("scaffold", "{ kind: marthe, carry: all }"),
            ], ["ipc", "tcp"])
        func `cost nothing of what clients carry`(
            method: (correction: String, scheduler: String), transport: String
        ) throws {
            let words =
                Self.words + [
                    "--set", "training.correction=\(method.correction)", "--set",
                    "server.weighting=uniform", "--set", "server.scheduler=constant", "--set",
                    "client.scheduler=\(method.scheduler)", "--set",
                    "clients.transport=\(transport)",
                ]
            let folder = try TemporaryFolder()
            try folder.write("small.yaml", `The program`.scenario)
            let run = try HyperfedProgram.start(
                ["run", "small.yaml", "--output", "result", "--quiet"] + words, in: folder)
            try `The program`.killChildren(
                of: run, folder, times: 4, from: 4, every: 10)
            #expect(try run.end(within: 60).exitCode == 0)
            let files = try RunFiles(folder, "result")
            let reference = try `The program`.files(
                `The program`.scenario, words + ["--in-process"])
            #expect(files.difference(from: reference) == nil)
        }

        /// How many runs have ten kills each: twenty with HYPERFED_TESTS=all.
        private static let runs = isWholeRun ? 20 : 1

        @Test(arguments: 0..<runs) func `at any time leave the bits as they are`(number: Int)
            throws
        {
            let folder = try TemporaryFolder()
            try folder.write("small.yaml", `The program`.scenario)
            let words = ["--rounds", "200", "--set", "training.local_epochs=100"]
            let run = try HyperfedProgram.start(
                ["run", "small.yaml", "--output", "result", "--quiet"] + words, in: folder)
            // A generator of its own, so that each run has the same times again: an LCG.
            var state = UInt64(number)
            func below(_ limit: UInt64) -> UInt64 {
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                return (state >> 33) % limit
            }
            for kill in 0..<10 {
                // Rounds lie between the kills: five deaths without a finished task end a run.
                try `The program`.waitForRounds(3 + kill * 12, folder, run)
                usleep(UInt32(below(20_000)))
                let children = run.children
                try #require(!children.isEmpty)
                Glibc.kill(children[Int(below(UInt64(children.count)))], SIGKILL)
            }
            let ending = try run.end(within: 120)
            #expect(ending.exitCode == 0, "\(ending.errors)")
            #expect(folder.text("result/run.json").contains(#""lost_processes": 10"#))
            let files = try RunFiles(folder, "result")
            let reference = try Self.longReference.get()
            #expect(files.difference(from: reference) == nil)
        }

        private static let longReference = Result {
            try `The program`.files(
                `The program`.scenario,
                ["--rounds", "200", "--set", "training.local_epochs=100", "--in-process"])
        }

        @Test func `that are stopped for a while don't change the bits either`() throws {
            let folder = try TemporaryFolder()
            try folder.write("small.yaml", `The program`.scenario)
            let run = try HyperfedProgram.start(
                ["run", "small.yaml", "--output", "result", "--quiet"] + Self.words, in: folder)
            try `The program`.waitForRounds(5, folder, run)
            let victim = try #require(run.children.first)
            Glibc.kill(victim, SIGSTOP)
            let before = `The program`.rounds(folder, "result")
            // The others go on until they need what the stopped one holds.
            _ = eventually(within: 0.3) { `The program`.rounds(folder, "result") > before + 3 }
            Glibc.kill(victim, SIGCONT)
            #expect(try run.end(within: 60).exitCode == 0)
            let files = try RunFiles(folder, "result")
            #expect(files.difference(from: try Self.reference.get()) == nil)
        }
    }
}
