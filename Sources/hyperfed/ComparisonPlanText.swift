import Reporting
import Simulation

/// What `compare --plan` prints: the runs, how far each one is, and what those to do will take.
struct ComparisonPlanText {
    private let folder: String
    private let plan: ComparisonPlan

    init(
        _ studies: [PreparedStudy], _ folder: String, _ mode: ComparisonOptions, jobs: Int
    ) throws {
        plan = try ComparisonPlan(studies, in: folder, mode, jobs: jobs)
        self.folder = folder
    }

    var text: String {
        var rows = [["state", "to do", "rounds", "time", "folder"]]
        for run in plan.runs {
            rows.append([
                run.entry.status.rawValue, run.isWaiting ? "yes" : "-",
                "\(run.entry.run.rounds)", duration(run.forecast.seconds),
                "\(folder)/\(run.entry.folder)",
            ])
        }
        // The folder is the longest and comes last.
        let table = aligned(rows.map { Array($0.dropLast()) }, texts: 2)
        let lines = zip(table.split(separator: "\n"), rows).map { "\($0)  \($1[4])\n" }
        let counts = RunStatus.allCases.map { status in
            "\(plan.runs.count { $0.entry.status == status }) \(status.rawValue)"
        }
        return lines.joined()
            + "\(folder): \(plan.runs.count) runs: \(counts.joined(separator: ", "))\n"
            + plan.conflicts.map { "warning: \($0)\n" }.joined() + totals
    }

    private var totals: String {
        let waiting = plan.runs.filter(\.isWaiting)
        guard !waiting.isEmpty else { return "nothing to do\n" }
        let disk = waiting.reduce(0) { $0 + $1.forecast.diskBytes }
        return "to do: \(waiting.count) runs, about \(duration(plan.seconds)) on"
            + " \(Simulation.cores) cores, \(size(plan.memoryBytes)) of memory, \(size(disk)) of"
            + " disk\n"
    }

    private func size(_ bytes: Double) -> String {
        bytes < 1e9
            ? "\(fixed(max(1, bytes / 1e6), 0)) MB" : "\(fixed(bytes / 1e9, 1)) GB"
    }
}
