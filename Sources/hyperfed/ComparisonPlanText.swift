import Reporting
import Settings
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
        let counts = RunStatus.allCases.compactMap { status -> String? in
            let count = plan.runs.count { $0.entry.status == status }
            return status == .damaged && count == 0 ? nil : "\(count) \(status.rawValue)"
        }
        return lines.joined()
            + "\(folder): \(counted(plan.runs.count, "run")): \(counts.joined(separator: ", "))\n"
            + plan.conflicts.map { "warning: \($0)\n" }.joined() + totals
    }

    /// One JSON object for each run, and one for the whole plan.
    var lines: String {
        let runs = plan.runs.map { run in
            JSONText.object([
                "event": .text("planned_run"), "folder": .text("\(folder)/\(run.entry.folder)"),
                "status": .text(run.entry.status.rawValue), "to_do": .flag(run.isWaiting),
                "rounds": .integer(run.entry.run.rounds), "digest": .text(run.entry.run.digest),
                "seconds": .number(run.forecast.seconds),
                "processor_seconds": .number(run.forecast.processorSeconds),
                "memory_bytes": .number(run.forecast.memoryBytes.rounded()),
                "disk_bytes": .number(run.forecast.diskBytes.rounded()),
            ])
        }
        let whole = JSONText.object([
            "event": .text("plan"), "folder": .text(folder), "runs": .integer(plan.runs.count),
            "to_do": .integer(waiting.count), "cores": .integer(Simulation.cores),
            "seconds": .number(plan.seconds),
            "memory_bytes": .number(plan.memoryBytes.rounded()),
            "disk_bytes": .number(diskBytes.rounded()),
            "conflicts": .list(plan.conflicts.map { .text($0) }),
        ])
        return (runs + [whole]).map { $0.line + "\n" }.joined()
    }

    private var waiting: [ComparisonPlan.Run] { plan.runs.filter(\.isWaiting) }

    private var diskBytes: Double { waiting.reduce(0) { $0 + $1.forecast.diskBytes } }

    private var totals: String {
        guard !waiting.isEmpty else { return "nothing to do\n" }
        return "to do: \(counted(waiting.count, "run")), about \(duration(plan.seconds)) on"
            + " \(counted(Simulation.cores, "core")), \(size(plan.memoryBytes)) of memory,"
            + " \(size(diskBytes)) of disk\n"
    }

    private func size(_ bytes: Double) -> String {
        bytes < 1e9
            ? "\(fixed(max(1, bytes / 1e6), 0)) MB" : "\(fixed(bytes / 1e9, 1)) GB"
    }
}
