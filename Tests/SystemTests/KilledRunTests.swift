import Foundation
import Glibc
import TestSupport
import Testing

extension `The program` {
    /// Whatever is killed, and whenever: a run that is resumed ends with the bytes of one that was
    /// never killed.
    @Suite(.slow) struct `Killed runs that are resumed` {
        /// Settings that together have everything that a run remembers between rounds.
        struct Setting: CustomTestStringConvertible, Sendable {
            let name: String
            let changes: [String]
            var isQuickstart = false

            var testDescription: String { name }
        }

        private static let longRounds = [
            "training.rounds=300", "training.local_epochs=10", "output.tensorboard=true",
        ]

        static let settings = [
            Setting(name: "quickstart", changes: ["training.rounds=800"], isQuickstart: true),
            Setting(
                name: "SCAFFOLD",
                changes: longRounds + [
                    "training.correction=scaffold", "client.scheduler=constant",
                    "server.scheduler=constant", "server.weighting=uniform",
                ]),
            Setting(
                name: "FedDyn",
                changes: longRounds + [
                    "training.correction={ kind: feddyn, a: 0.1 }", "client.scheduler=constant",
                    "server.scheduler=constant", "server.weighting=uniform",
                ]),
            Setting(
                name: "hypergradient with carry: all",
                changes: longRounds + [
                    "client.scheduler={ kind: hypergradient, carry: all, hyper_rate: 0.0001 }",
                    "server.scheduler=constant",
                ]),
            Setting(
                name: "compression with error feedback",
                changes: longRounds + [
                    "client.compression={ kind: top_k, share: 0.05 }", "server.compression=int8",
                ]),
            Setting(
                name: "a FedAdam server with fedhyper_g",
                changes: longRounds + ["server.optimizer=adam", "server.learning_rate=0.05"]),
            Setting(
                name: "devices with dropout and deadline",
                changes: longRounds + [
                    "clients.devices={ samples_per_second: 100, speed_spread: 1, dropout: 0.2 }",
                    "clients.deadline=60",
                ]),
        ]

        /// How many kills each setting gets over a transport: all of them with HYPERFED_TESTS=all,
        /// a tenth otherwise.
        static let kills = isWholeRun ? 20 : 2
        /// Each setting over both transports with HYPERFED_TESTS=all, over one of them otherwise.
        static let cases = settings.enumerated().flatMap { index, setting in
            let transports = ["ipc", "tcp"]
            return (isWholeRun ? transports : [transports[index % 2]]).map { (setting, $0) }
        }

        private static func words(_ setting: Setting, _ folder: TemporaryFolder) throws -> [String]
        {
            let scenario =
                setting.isQuickstart
                ? SourceTree.text(of: "Scenarios/quickstart.yaml") ?? "" : `The program`.scenario
            try folder.write("small.yaml", scenario)
            return setting.changes.flatMap { ["--set", $0] }
        }

        /// The files of a run that nobody kills.
        private static func reference(_ setting: Setting) throws -> RunFiles {
            let folder = try TemporaryFolder()
            let words = try words(setting, folder)
            let ending = try HyperfedProgram.run(
                ["run", "small.yaml", "--quiet", "--output", "result", "--in-process"] + words,
                in: folder, seconds: 120)
            try #require(ending.exitCode == 0, "\(ending.errors)")
            return try RunFiles(folder, "result")
        }

        @Test(arguments: cases)
        func `end with the same bytes`(setting: Setting, transport: String) throws {
            let seed = UInt64(setting.name.utf8.reduce(7) { $0 &* 31 &+ UInt64($1) })
            var random = SeededMoments(seed: seed &+ UInt64(transport.utf8.count))
            let folder = try TemporaryFolder()
            let words = try Self.words(setting, folder)
            let every = Int.random(in: 1...7, using: &random)
            let start =
                ["run", "small.yaml", "--quiet", "--overwrite", "--output", "result"] + words + [
                    "--set", "clients.transport=\(transport)", "--set", "checkpoint.every=\(every)",
                ]
            var run = try HyperfedProgram.start(start, in: folder)
            var (killed, attempts) = (0, 0)
            while killed < Self.kills, attempts < 10 * Self.kills {
                attempts += 1
                usleep(useconds_t.random(in: 10_000..<120_000, using: &random))
                guard run.isRunning else { break }
                let clients = run.children
                if Int.random(in: 0..<4, using: &random) == 0, let victim = clients.last {
                    Glibc.kill(victim, SIGKILL)
                    killed += 1
                    continue
                }
                run.signal(SIGKILL)
                _ = try run.end(within: 10)
                killed += 1
                let isDeserted = eventually(within: 2) {
                    !clients.contains(where: ProcessTable.isAlive)
                }
                #expect(isDeserted, "seed \(seed): clients outlive their coordinator")
                let hasBegun = folder.has("result/run.json") && folder.has("result/scenario.yaml")
                run = try HyperfedProgram.start(
                    hasBegun ? ["resume", "result", "--quiet"] : start, in: folder)
            }
            // The run is long enough for the test to mean something.
            #expect(2 * killed >= Self.kills, "seed \(seed): \(killed) kills")
            let ending = try run.end(within: 120)
            try #require(ending.exitCode == 0, "seed \(seed): \(ending.errors)")
            let difference = try RunFiles(folder, "result").difference(
                from: Self.reference(setting))
            #expect(difference == nil, "seed \(seed), every \(every), \(killed) kills")
            #expect(folder.text("result/run.json").contains("\"state\": \"finished\""))
            // Two checkpoints at most, and the vectors that they name.
            let names = folder.names(in: "result/checkpoints")
            #expect(names.count { $0.hasSuffix(".checkpoint") } <= 2, "\(names)")
            #expect(names.count { $0.hasSuffix(".vectors") } <= 2, "\(names)")
            #expect(!names.contains { $0.hasSuffix(".part") }, "\(names)")
        }
    }
}

/// A simple generator: other moments for each seed, the same ones in each run of the tests.
struct SeededMoments: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return state ^ (state >> 29)
    }
}
