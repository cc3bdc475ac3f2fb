import Scenarios
import Simulation
import TestSupport
import Testing

@Suite struct `Folders of runs` {
    private func folders(_ comparison: String) throws -> [String] {
        let file = try ScenarioFile(
            text: scenario() + "compare: \(comparison)\n", file: "small.yaml",
            workingFolder: "/tmp")
        return try file.studies().flatMap(\.runs).map {
            try PreparedRun($0, cache: try testCache()).folder
        }
    }

    @Test func `have short names without blanks and commas`() throws {
        let names = try folders(
            """
            { seeds: [1, 2], variants: { FedHyper-G: {}, "β, 2 of them, k=1": { server.scheduler: constant } },
              grid: { data.skew.alpha: [0.5, 1], client.learning_rate: [0.1] } }
            """)
        #expect(
            names.prefix(3) == [
                "fedhyper-g/a0.5-lr0.1-8dea/seed-1", "fedhyper-g/a0.5-lr0.1-8dea/seed-2",
                "fedhyper-g/a1-lr0.1-99f7/seed-1",
            ])
        #expect(names.count == 8 && Set(names).count == 8)
        for name in names { #expect(name.wholeMatch(of: /[a-z0-9._\/-]+/) != nil, "\(name)") }
        #expect(names[4].hasPrefix("2-of-them-k-1-"), "\(names[4])")
    }

    @Test func `say which learning rate is meant, and name words`() throws {
        let names = try folders(
            """
            { grid: { client.learning_rate: [0.1], server.learning_rate: [1],
              client.scheduler: [constant] } }
            """)
        #expect(names.count == 1)
        #expect(names[0].hasPrefix("base/clr0.1-slr1-s_constant-"), "\(names[0])")
    }

    /// Seeds, variants and values that come later change no name.
    @Test func `stay when a comparison grows`() throws {
        let few = try folders("{ seeds: [2], grid: { client.learning_rate: [0.1] } }")
        let many = try folders(
            """
            { seeds: [1, 2], variants: { x: { server.scheduler: constant }, base: {} },
              grid: { client.learning_rate: [0.2, 0.1, 0.3] } }
            """)
        #expect(few.allSatisfy(many.contains))
    }
}
