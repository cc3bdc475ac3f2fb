import TestSupport
import Testing

extension `The program` {
    /// A diverged run says in which round, on which client and with which rate, and what it wrote
    /// until then can be read.
    @Suite(.slow) struct `A diverging run` {
        private static func run(_ words: [String]) throws -> (
            folder: TemporaryFolder, ending: HyperfedProgram.Ending
        ) {
            let folder = try TemporaryFolder()
            try folder.write("small.yaml", `The program`.scenario)
            let ending = try HyperfedProgram.run(
                ["run", "small.yaml", "--quiet", "--output", "result"] + words, in: folder)
            #expect(ending.exitCode == 1)
            #expect(ending.output == "")
            #expect(!folder.has("result/model.safetensors"))
            return (folder, ending)
        }

        private static func expectReason(_ message: String, in folder: TemporaryFolder) {
            let state = folder.text("result/run.json")
            #expect(state.contains(#""state": "failed""#))
            #expect(state.contains(#""failure": "divergence""#))
            let error = message.split(separator: "\n").last { $0.hasPrefix("error: ") } ?? ""
            #expect(state.contains(error.dropFirst("error: ".count)), "\(state)")
        }

        @Test func `on a client names round, client and rate`() throws {
            let (folder, ending) = try Self.run(["--set", "client.learning_rate=1e8"])
            // The rate is warned of before.
            let expected =
                /command line --set client.learning_rate: warning: .+\nerror: round 0, client \d+: .+ at step \d+ with local rate \d+\.\d+; lower client.learning_rate or bound the scheduler more tightly\n/
            #expect(ending.errors.wholeMatch(of: expected) != nil, "\(ending.errors)")
            #expect(!ending.errors.contains("-nan"), "the sign of a NaN means nothing")
            Self.expectReason(ending.errors, in: folder)
            #expect(`The program`.rounds(folder, "result") == 0)
        }

        @Test func `in a later round leaves the rows before`() throws {
            let words = [
                "--rounds", "60", "--set", "server.learning_rate=1000", "--set",
                "server.scheduler=constant", "--set", "client.scheduler=constant",
            ]
            let (folder, ending) = try Self.run(words)
            let match = try #require(
                ending.errors.wholeMatch(
                    of: /.+: warning: .+\nerror: round (\d+), client \d+: .+ rate .+\n/),
                "\(ending.errors)")
            let round = try #require(Int(match.1))
            #expect(round > 0)
            #expect(`The program`.rounds(folder, "result") == round)
            Self.expectReason(ending.errors, in: folder)
            // Several clients diverge in that round; the first in client order is named.
            let other = try Self.run(words + ["--in-process"])
            #expect(other.ending.errors == ending.errors)
        }

        @Test(arguments: ["evaluation.every=0", "evaluation.every=1"])
        func `of the global model is told also without evaluations`(evaluation: String) throws {
            let (_, ending) = try Self.run([
                "--set", evaluation, "--set", "server.learning_rate=1e300", "--set",
                "server.scheduler=constant",
            ])
            #expect(ending.errors.contains("round 0: expected a finite "), "\(ending.errors)")
            #expect(ending.errors.contains("global model"), "\(ending.errors)")
        }

        @Test func `of a comparison does not keep the others from running`() throws {
            let folder = try TemporaryFolder()
            let comparison = """

                compare:
                  seeds: [1, 2]
                  variants:
                    wild: { client.learning_rate: 1e300 }
                    tame: {}
                """
            try folder.write("small.yaml", `The program`.scenario + comparison)
            let ending = try HyperfedProgram.run(
                ["compare", "small.yaml", "--quiet", "--output", "result"], in: folder)
            #expect(ending.exitCode == 1)
            let errors = ending.errors.split(separator: "\n")
            #expect(errors.count == 4 && errors[0].contains(": warning: client.learning_rate: "))
            #expect(errors[1].hasPrefix("error: wild, seed 1: round 0, client "))
            #expect(
                errors[2] == "error: 1 more run diverged; see the column reason of comparison.csv")
            #expect(errors.last == "error: 2 of 4 runs failed")
            let rows = ending.output.split(separator: "\n")
            #expect(rows[1].hasPrefix("wild     0 of 2      -"), "\(ending.output)")
            #expect(rows[2].hasPrefix("tame     2 of 2  "), "\(ending.output)")
            #expect(
                ending.output.contains("\n2 of 4 runs diverged (wild, seeds 1 and 2, in round 0). ")
            )
            #expect(folder.text("result/wild/seed-2/run.json").contains(#""state": "failed""#))
            #expect(folder.text("result/tame/seed-2/run.json").contains(#""state": "finished""#))
        }
    }
}
