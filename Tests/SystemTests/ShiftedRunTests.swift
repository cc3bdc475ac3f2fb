import Glibc
import TestSupport
import Testing

extension `The program` {
    /// Promise 1 for runs whose data are shifted and drift.
    @Suite(.slow) struct `Runs with shifts and drift` {
        private static let scenario = """
            name: drifting
            seed: 7
            data:
              dataset: digits
              skew: { kind: dirichlet, alpha: 0.5 }
              client_test_fraction: 0.2
              shift: [{ kind: noise, sigma: 0.2 }, { kind: concept, shifts: [0, 3] }]
              drift:
                - { round: 5, skew: { kind: shards, per_client: 3 } }
                - { round: 9, shift: [{ kind: rotation, groups: 4 }, label_noise] }
            clients: { count: 20, per_round: 6, processes: 4 }
            model: { kind: mlp, hidden: [32] }
            training: { rounds: 14, local_epochs: 2, batch_size: 16 }
            client: { learning_rate: 0.1, scheduler: { kind: fedhyper_cl, carry: lr_only } }
            server: { scheduler: fedhyper_g }
            evaluation: { every: 2, per_client: all }

            """

        private static let reference = Result {
            try `The program`.files(scenario, ["--in-process"])
        }

        @Test func `say in which phase each round is`() throws {
            let run = try Self.reference.get()
            #expect(
                run.rounds("data_phase")
                    == [0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 2].map(String.init))
            #expect(run.evaluations.count == 1 + 7 * 20)
            #expect(run.rounds("test_accuracy").last.flatMap { Double($0) } ?? 0 > 0.2)
            let plain = try `The program`.files(`The program`.scenario, ["--rounds", "1"])
            #expect(plain.rounds[0].contains("data_phase") == false)
        }

        @Test(arguments: ["1", "4", "per_client"], ["ipc", "tcp"])
        func `any number of client processes gives the bits of one process without any`(
            processes: String, transport: String
        ) throws {
            let run = try `The program`.files(
                Self.scenario,
                ["--processes", processes, "--set", "clients.transport=\(transport)"])
            #expect(run.difference(from: try Self.reference.get()) == nil)
        }

        /// A run that is killed in each phase, and goes on each time.
        @Test func `killed and resumed in any phase, it ends with the same bytes`() throws {
            let long = ["--set", "training.local_epochs=30"]
            let expected = try `The program`.files(Self.scenario, long + ["--in-process"])
            let folder = try TemporaryFolder()
            try folder.write("small.yaml", Self.scenario)
            var run = try HyperfedProgram.start(
                [
                    "run", "small.yaml", "--quiet", "--output", "result", "--set",
                    "checkpoint.every=1",
                ] + long, in: folder)
            for rounds in [3, 7, 11] {
                try `The program`.waitForRounds(rounds, folder, run)
                let clients = run.children
                run.signal(SIGKILL)
                _ = try run.end(within: 10)
                #expect(eventually(within: 2) { !clients.contains(where: ProcessTable.isAlive) })
                run = try HyperfedProgram.start(["resume", "result", "--quiet"], in: folder)
            }
            let ending = try run.end(within: 120)
            try #require(ending.exitCode == 0, "\(ending.errors)")
            let files = try RunFiles(folder, "result")
            #expect(files.difference(from: expected) == nil)
        }

        @Test func `a resumed run notices changed shifts`() throws {
            let folder = try TemporaryFolder()
            try folder.write("small.yaml", Self.scenario)
            let run = try HyperfedProgram.start(
                [
                    "run", "small.yaml", "--quiet", "--output", "result", "--set",
                    "training.local_epochs=60", "--set", "checkpoint.every=1",
                ], in: folder)
            try `The program`.waitForRounds(2, folder, run)
            run.signal(SIGINT)
            _ = try run.end(within: 10)
            let text = folder.text("result/scenario.yaml")
            #expect(text.contains("sigma: 0.2"))
            try folder.write(
                "result/scenario.yaml", text.replacing("sigma: 0.2", with: "sigma: 0.3"))
            let resumed = try HyperfedProgram.run(["resume", "result"], in: folder)
            #expect(resumed.exitCode == 2)
            #expect(
                resumed.errors.contains("data.shift.0.sigma: 0.2, not 0.3"), "\(resumed.errors)")
        }

        @Test func `validate names the shifts and the later phases`() throws {
            let folder = try TemporaryFolder()
            try folder.write("small.yaml", Self.scenario)
            let ending = try HyperfedProgram.run(["validate", "small.yaml"], in: folder)
            #expect(ending.exitCode == 0, "\(ending.errors)")
            #expect(
                ending.output.contains(
                    "\nshift: noise, concept; the test samples are not shifted\n"))
            #expect(
                ending.output.contains(
                    "\nfrom round 5 on: skew shards, shift noise, concept; samples per client 69 to"
                        + " 69\n"), "\(ending.output)")
            #expect(
                ending.output.contains(
                    "\nfrom round 9 on: skew shards, shift rotation, label_noise; "))
        }

        @Test(arguments: [
            (
                "digits", "shift: [{ kind: rotation, groups: 21 }]",
                "error: data.shift[0].groups: expected at most 20 groups, one client each, found 21"
                    + " groups, of which 1 without a client; use fewer groups or more clients"
            ),
            (
                "gaussian_clusters", "shift: [brightness]",
                "error: data.shift[0]: expected images (height, width, channels) for brightness,"
                    + " found samples of shape [20]; leave it out or use data with images"
            ),
            (
                "digits", "drift: [{ round: 2, skew: natural }]",
                "error: expected samples with owners for natural, found none; "
            ),
        ])
        func `wrong input is refused before any process starts`(
            dataset: String, data: String, message: String
        ) throws {
            let folder = try TemporaryFolder()
            try folder.write(
                "bad.yaml",
                "data:\n  dataset: \(dataset)\n  \(data)\nclients: { count: 20 }\n")
            let ending = try HyperfedProgram.run(
                ["run", "bad.yaml"], in: folder, watchesChildren: true)
            #expect(ending.exitCode == 2 && ending.children == [])
            #expect(ending.errors.contains(message), "\(ending.errors)")
            #expect(ending.errors.hasPrefix("bad.yaml:3:"), "\(ending.errors)")
        }
    }
}
