import TestSupport
import Testing

extension `The program` {
    @Suite(.slow) struct `Hypergradients under the microscope` {
        private static func folder() throws -> TemporaryFolder {
            let folder = try TemporaryFolder()
            try folder.write("small.yaml", `The program`.scenario)
            return folder
        }

        @Test func `a client's round, with all methods and with some`() throws {
            let folder = try Self.folder()
            let ending = try HyperfedProgram.run(
                ["hypergradient", "small.yaml", "--client", "5"], in: folder,
                watchesChildren: true)
            #expect(ending.exitCode == 0)
            #expect(ending.errors == "" && ending.children == [])
            #expect(ending.output.hasPrefix("small, client 5, round 0: "))
            for method in ["true, step", "true, so far", "fedhyper_cl", "rtho", "marthe"] {
                #expect(ending.output.contains("\n\(method) "), "\(method)")
            }
            #expect(ending.output.hasSuffix("results in runs/small/hypergradient\n"))
            let table = folder.text("runs/small/hypergradient/hypergradients.csv")
            #expect(table.hasPrefix("step,method,estimate,true_step,true_so_far\n0,"))
            #expect(folder.text("runs/small/hypergradient/methods.csv").contains("\nrtho,"))
            #expect(
                folder.text("runs/small/hypergradient/hypergradients.svg").hasPrefix("<svg "))

            let words = ["hypergradient", "small.yaml", "--client", "5"]
            let again = try HyperfedProgram.run(words, in: folder)
            #expect(again.exitCode == 2)
            #expect(again.errors.contains("expected a folder without hypergradients"))
            let same = try HyperfedProgram.run(words + ["--overwrite"], in: folder)
            #expect(same.output == ending.output)

            let later = try HyperfedProgram.run(
                ["hypergradient", "small.yaml", "--client", "5", "--round", "3"]
                    + ["--methods", "rtho,pes", "--output", "later"]
                    + ["--set", "client.optimizer=adam"], in: folder)
            #expect(later.exitCode == 0)
            #expect(later.output.hasPrefix("small, client 5, round 3: "))
            #expect(later.output.contains("\nnot here: pes ("))
            #expect(!later.output.contains("\nmarthe"))
            #expect(folder.has("later/hypergradients.svg"))
        }

        @Test(arguments: [
            (["--client", "20"], "--client: expected a number from 0 to 19, found 20"),
            (["--client=-1"], "--client: expected a number from 0 to 19, found -1"),
            (
                ["--round", "8"],
                "--round: expected a number from 0 to 7 (the last round of the scenario), found 8"
            ),
        ])
        func `a client or a round that is not there`(words: [String], message: String) throws {
            try `A bad scenario is refused`.expectRefusal(
                ["hypergradient", "small.yaml"] + words, in: try Self.folder(),
                "error: \(message)")
        }

        @Test func `a method without a hypergradient`() throws {
            let folder = try Self.folder()
            let ending = try HyperfedProgram.run(
                ["hypergradient", "small.yaml", "--methods", "constant"], in: folder)
            #expect(ending.exitCode == 2)
            #expect(ending.errors.hasPrefix("error: --methods: expected client schedulers"))
            #expect(ending.errors.contains(", found 'constant'; known: "))
        }
    }
}
