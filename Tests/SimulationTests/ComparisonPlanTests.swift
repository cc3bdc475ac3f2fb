import Simulation
import TestSupport
import Testing

/// The plan of a comparison, read from its folder.
extension `A comparison` {
    @Test func `is planned again from its folder`() throws {
        try compare("o", changes: [("compare.seeds", "[4]"), ("training.rounds", "2")])
        let plan = try ComparisonFile(reading: folder.path("o"))
        #expect(
            plan.source
                == Self.source(
                    Self.section, [("compare.seeds", "[4]"), ("training.rounds", "2")]))
        #expect(plan.runCount == 8 && plan.studies[0].runs[0].rounds == 2)
        let again = try Self.studies(plan.source).flatMap(\.runs)
        #expect(plan.studies[0].runs.map(\.digest) == again.map(\.digest))
        #expect(plan.studies[0].runs.map(\.folder) == again.map(\.folder))
    }

    /// A folder that somebody else sent must not name files of this machine.
    @Test func `is not read with runs outside its folder`() throws {
        try compare("o", changes: [("compare.seeds", "[4]"), ("training.rounds", "1")])
        let text = folder.text("o/comparison.json")
        let run = try #require(text.firstMatch(of: /"folder": ?"([^"]+\/seed-4)"/)).1
        for path in ["../o/x", "/etc", "a/../../x", "./a", "a//b", "", "a\\u0000b"] {
            try folder.write("o/comparison.json", text.replacing(run, with: path))
            let error = #expect(throws: UsageError.self) {
                _ = try ComparisonFile(reading: folder.path("o"))
            }
            let words = "folder: expected the path of a folder inside this one, found"
            #expect(error?.description.contains(words) == true, "\(path)")
        }
    }
}
