import Glibc
import TestSupport
import Testing

extension `The program` {
    /// A signal ends the program whenever it comes: with its exit code and a word.
    @Suite(.slow) struct `A signal at any moment` {
        private static let scenario = """
            name: short
            data: { dataset: digits }
            clients: { count: 6, per_round: 3, processes: 2 }
            model: softmax_regression
            training: { rounds: 2 }
            compare: { seeds: [1, 2, 3, 4, 5, 6], variants: { a: {}, b: { client.learning_rate: 0.2 } } }
            """

        private static func folder() throws -> TemporaryFolder {
            let folder = try TemporaryFolder()
            try folder.write("short.yaml", scenario)
            return folder
        }

        /// A simple generator: the moments are other ones each time, the same in each run of the
        /// tests.
        private struct Moments: RandomNumberGenerator {
            var state: UInt64
            mutating func next() -> UInt64 {
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                return state ^ (state >> 29)
            }
        }

        private static func expectReadable(_ folder: TemporaryFolder, _ output: String) {
            let text = folder.text("\(output)/comparison.csv")
            guard !text.isEmpty else { return }
            #expect(text.hasSuffix("\n"))
            let lines = text.split(separator: "\n")
            #expect(lines[0].hasPrefix("folder,variant,seed,"))
            let commas = lines.map { line in line.count { $0 == "," } }
            #expect(Set(commas).count == 1, "\(text)")
        }

        /// Between two runs, while one starts or ends, while data are read or a model is written.
        @Test(arguments: [[], ["--in-process"]])
        func `ends a comparison of short runs`(words: [String]) throws {
            let folder = try Self.folder()
            let clock = ContinuousClock()
            let started = clock.now
            let whole = try HyperfedProgram.run(
                ["compare", "short.yaml", "--quiet", "--output", "whole"] + words, in: folder)
            let length = clock.now - started
            #expect(whole.exitCode == 0)
            var moments = Moments(state: words.isEmpty ? 1 : 2)
            var interrupted = 0
            for attempt in 0..<20 {
                // The program can act from its first word on.
                let wait = Double.random(in: 0.05..<1, using: &moments)
                let run = try HyperfedProgram.start(
                    ["compare", "short.yaml", "--quiet", "--output", "o\(attempt)"] + words,
                    in: folder)
                try #require(eventually(within: 10) { Self.catches(SIGINT, run) || !run.isRunning })
                usleep(useconds_t(1e6 * wait * (length / .seconds(1))))
                run.signal(SIGINT)
                let ending = try run.end(within: 5)
                Self.expectReadable(folder, "o\(attempt)")
                if ending.exitCode == 0 { continue }
                interrupted += 1
                #expect(ending.exitCode == 130, "after \(wait): \(ending.errors)")
                #expect(ending.errors.contains("interrupted"), "after \(wait): \(ending.errors)")
                #expect(ending.errors.split(separator: "\n").count == 1, "\(ending.errors)")
            }
            #expect(interrupted > 5)
        }

        /// Whether a process has a handler for a signal.
        private static func catches(_ signal: Int32, _ run: RunningProgram) -> Bool {
            has(signal, in: "SigCgt:", run)
        }

        /// Whether a signal is in one of the kernel's sets of a process.
        private static func has(_ signal: Int32, in set: String, _ run: RunningProgram) -> Bool {
            let lines = ProcessTable.status(of: run.pid).split(separator: "\n")
            guard let line = lines.first(where: { $0.hasPrefix(set) }),
                let mask = UInt64(line.split(separator: "\t")[1], radix: 16)
            else { return false }
            return mask & (1 << UInt64(signal - 1)) != 0
        }

        /// Commands that go on for long, each with what shows that it is under way.
        private static let commands: [(words: [String], sign: String)] = [
            (
                ["coordinator", "short.yaml", "--bind", "tcp://127.0.0.1:*", "--output", "o"],
                "waiting"
            ),
            (["client", "--connect", "ipc://nobody", "--patience", "60"], ""),
            (
                [
                    "hypergradient", "short.yaml", "--round", "999", "--rounds", "1000", "--set",
                    "training.local_epochs=400",
                ], ""
            ),
            (
                [
                    "validate", "short.yaml", "--set",
                    "compare.seeds=[\((1...4000).map(String.init).joined(separator: ","))]",
                ], ""
            ),
            (
                ["run", "short.yaml", "--in-process", "--rounds", "100000", "--output", "o"],
                "rounds"
            ),
        ]

        @Test(arguments: 0..<commands.count, [SIGINT, SIGTERM, SIGHUP])
        func `ends every command`(index: Int, signal: Int32) throws {
            let (words, sign) = Self.commands[index]
            let folder = try Self.folder()
            let run = try HyperfedProgram.start(words, in: folder)
            let isReady = eventually(within: 20) {
                !run.isRunning || Self.catches(signal, run) && run.errors.contains(sign)
            }
            try #require(isReady && run.isRunning, "\(run.errors)")
            run.signal(signal)
            let ending = try run.end(within: 5)
            #expect(ending.exitCode == 128 + signal, "\(ending.errors)")
            #expect(ending.errors.contains("error: interrupted"), "\(ending.errors)")
        }

        @Test func `a second one does not wait for a client that trains for long`() throws {
            let folder = try Self.folder()
            let run = try HyperfedProgram.start(
                [
                    "run", "short.yaml", "--in-process", "--output", "o", "--rounds", "3", "--set",
                    "training.local_epochs=100000", "--set", "training.batch_size=1", "--quiet",
                ], in: folder)
            // So much processor time is the first client's: it trains.
            let begun = eventually(within: 20) {
                !run.isRunning
                    || folder.has("o/run.json") && (ProcessTable.ticks(of: run.pid)?.used ?? 0) > 50
            }
            try #require(begun && run.isRunning, "\(run.errors)")
            run.signal(SIGINT)
            // Two that wait together are one to the kernel.
            try #require(eventually(within: 5) { !Self.has(SIGINT, in: "ShdPnd:", run) })
            run.signal(SIGINT)
            let ending = try run.end(within: 5)
            #expect(ending.exitCode == 130)
            #expect(ending.errors == "error: interrupted by SIGINT twice; ended at once\n")
        }

        @Test func `a closed terminal does not end what nohup started`() throws {
            let folder = try Self.folder()
            let program = try HyperfedProgram.path()
            let run = try RunningProgram(
                "/bin/sh",
                [
                    "-c",
                    "trap '' HUP; exec '\(program)' run short.yaml --quiet --rounds 1000000 --output"
                        + " result",
                ], in: folder)
            try `The program`.waitForRounds(3, folder, run)
            run.signal(SIGHUP)
            let rounds = `The program`.rounds(folder, "result")
            try `The program`.waitForRounds(rounds + 50, folder, run)
            run.signal(SIGTERM)
            #expect(try run.end(within: 5).exitCode == 143)
        }

        @Test func `Ctrl-C in a terminal is one line, however many processes there are`() throws {
            let folder = try Self.folder()
            let run = try HyperfedProgram.start(
                [
                    "compare", "short.yaml", "--quiet", "--output", "o", "--rounds", "100000",
                    "--set", "clients.count=40", "--processes", "40",
                ], in: folder)
            let begun = eventually(within: 30) { !run.isRunning || run.children.count >= 30 }
            try #require(begun && run.isRunning, "\(run.errors)")
            // While they are still starting, which is when they don't know yet what to make of it.
            try run.signalGroup(SIGINT)
            let ending = try run.end(within: 5)
            #expect(ending.exitCode == 130)
            #expect(ending.errors.split(separator: "\n").count == 1, "\(ending.errors)")
        }
    }
}
