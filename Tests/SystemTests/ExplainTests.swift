import TestSupport
import Testing

extension `The program` {
    @Suite struct `Who gave a value is said` {
        @Test func `by validate --explain, for each variant`() throws {
            let folder = try TemporaryFolder()
            let compare = "\ncompare: { variants: { a: { client.scheduler: constant }, b: {} } }"
            try folder.write("small.yaml", `The program`.scenario + compare)
            let words = ["validate", "small.yaml", "--explain", "client.scheduler.kind"]
            let ending = try HyperfedProgram.run(words, in: folder)
            #expect(ending.exitCode == 0 && ending.errors == "")
            #expect(ending.output.hasPrefix("client.scheduler: client scheduler"))
            #expect(
                ending.output.contains("  a\n    constant     variant a, small.yaml:14:47\n"),
                "\(ending.output)")
            #expect(folder.names() == ["small.yaml"])
        }

        @Test func `not of a key that is not there`() throws {
            let folder = try TemporaryFolder()
            try folder.write("small.yaml", `The program`.scenario)
            let ending = try HyperfedProgram.run(
                ["validate", "small.yaml", "--explain", "client.lr"], in: folder)
            #expect(ending.exitCode == 2 && ending.output == "")
            #expect(
                ending.errors
                    == "error: --explain: expected a key path of this scenario, found 'client.lr'; did"
                    + " you mean 'client.learning_rate'?\n")
        }

        @Test func `by comments of scenario.yaml, which a run with it does not see`() throws {
            let folder = try TemporaryFolder()
            try folder.write("small.yaml", `The program`.scenario)
            let run = ["--in-process", "--quiet", "--output"]
            let first = try HyperfedProgram.run(
                ["run", "small.yaml", "--rounds", "2"] + run + ["one"], in: folder)
            #expect(first.exitCode == 0, "\(first.errors)")
            let text = folder.text("one/scenario.yaml")
            #expect(text.contains("  rounds: 2  # --rounds\n"), "\(text)")
            #expect(text.contains("  # default\n"), "\(text)")
            let second = try HyperfedProgram.run(
                ["run", "one/scenario.yaml"] + run + ["two"], in: folder)
            #expect(second.exitCode == 0, "\(second.errors)")
            let again = folder.text("two/scenario.yaml")
            #expect(!again.contains("#"), "all values are those of the file")
            #expect(
                try folder.bytes("one/model.safetensors") == folder.bytes("two/model.safetensors"))
            let resolved = try HyperfedProgram.run(
                ["validate", "one/scenario.yaml", "--resolved"], in: folder)
            #expect(resolved.output == again)
        }
    }
}
