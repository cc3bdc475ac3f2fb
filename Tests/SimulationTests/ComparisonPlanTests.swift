import Datasets
import Scenarios
import Simulation
import TestSupport
import Testing

@Suite struct `The plan of a comparison` {
    private func plan(_ section: String, jobs: Int = 1, in folder: String) throws -> ComparisonPlan
    {
        var supply = DataSupply(try testCache())
        let studies = try ScenarioFile(
            text: scenario(rounds: 3) + section, file: "small.yaml", workingFolder: "/tmp"
        ).studies().map { try PreparedStudy($0, &supply) }
        return try ComparisonPlan(
            studies, in: folder, ComparisonOptions(continues: true), jobs: jobs)
    }

    /// No clock is asked: only what must hold of any measurement.
    @Test func `says what is missing and what it will take, and changes nothing`() throws {
        let folder = try TemporaryFolder()
        let section = "compare: { seeds: [1, 2, 3] }\n"
        let one = try plan(section, in: folder.path("o"))
        #expect(one.runs.count == 3 && one.conflicts.isEmpty)
        #expect(one.runs.allSatisfy { $0.isWaiting && $0.entry.status == .missing })
        for run in one.runs {
            let forecast = run.forecast
            #expect(forecast.seconds > 0 && forecast.seconds.isFinite)
            #expect(forecast.processorSeconds >= forecast.seconds * 0.99)
            #expect(forecast.memoryBytes > 1e6 && forecast.diskBytes > 1e3)
        }
        #expect(abs(one.seconds - one.runs.reduce(0) { $0 + $1.forecast.seconds }) < 1e-9)
        let two = try plan(section, jobs: 2, in: folder.path("o"))
        #expect(two.seconds >= (two.runs.map(\.forecast.seconds).max() ?? 0))
        #expect(folder.names() == [])
    }

    @Test func `of more rounds takes more`() throws {
        let folder = try TemporaryFolder()
        let section = """
            compare:
              variants: { few: {}, many: { training.rounds: 3000 } }

            """
        let runs = try plan(section, in: folder.path("o")).runs
        // Both have the same measured step.
        #expect(runs[1].forecast.processorSeconds > 5 * runs[0].forecast.processorSeconds)
        #expect(runs[1].forecast.diskBytes > 100 * runs[0].forecast.diskBytes)
    }
}
