import Bytes
import Datasets
import Foundation
import Report
import Scenarios
import Simulation
import TestSupport

/// A small finished run, whose files are the good inputs.
private struct SampleRun: Sendable {
    let folder: TemporaryFolder
    let prepared: PreparedRun

    init() throws {
        folder = try TemporaryFolder()
        let text = """
            seed: 7
            data:
              dataset: { kind: gaussian_clusters, classes: 2, features: 1, samples: 60, test_samples: 9 }
            clients: { count: 3, per_round: 2 }
            model: softmax_regression
            training: { rounds: 3, local_steps: 2, batch_size: 4, correction: scaffold }
            client: { scheduler: { kind: delta_sgd, carry: all } }
            server: { optimizer: { kind: sgd, momentum: 0.9 } }
            checkpoint: { every: 2 }
            evaluation: { per_client: all, per_class: true }

            """
        let file = try ScenarioFile(text: text, file: "sample.yaml", workingFolder: "/tmp")
        let cache = DataCache(folder: folder.path("cache"))
        prepared = try PreparedRun(try file.baseRun(), cache: cache)
        _ = try Simulation.run(
            prepared, RunOptions(folder: folder.path("run"), quiet: true, inProcess: true),
            cache: cache)
    }

    /// Reads the folder as the report does.
    func report(_ folder: String) throws {
        let data = try ReportData([folder])
        _ = data.studies.flatMap(\.runs).map(\.counted)
        // The report leaves a damaged table out, and says so.
        if !data.problems.isEmpty { throw Refused() }
    }
}

extension FuzzTarget {
    /// Checkpoints, with the length and the checksum that fit.
    static func checkpoints() throws -> FuzzTarget {
        let run = try SampleRun()
        let names = run.folder.names(in: "run/checkpoints").filter { $0.hasSuffix(".checkpoint") }
        let newest = "run/checkpoints/\(names[names.count - 1])"
        let content = try run.folder.bytes(newest).dropFirst(20).dropLast(8)
        let format = Checkpoint.format
        try removeOthers(run, but: newest)
        return FuzzTarget("checkpoints", seeds: [[1] + content]) { input in
            guard let choice = input.first else { return }
            var writer = ByteWriter()
            writer.writeRaw(Array("HFSTATE\0".utf8))
            writer.write(format)
            writer.write(UInt64(input.count - 1))
            writer.writeRaw(input.dropFirst())
            var hash = ContentHash()
            hash.add(writer.bytes)
            writer.write(choice == 0 ? 0 : hash.value)
            try run.folder.write(newest, writer.bytes)
            try resume(run)
        }
    }

    /// The vectors of clients beside a whole checkpoint.
    static func vectors() throws -> FuzzTarget {
        let run = try SampleRun()
        let names = run.folder.names(in: "run/checkpoints")
        let newest = names.filter { $0.hasSuffix(".checkpoint") }.max() ?? ""
        try removeOthers(run, but: "run/checkpoints/\(newest)")
        let file = names.first { $0.hasSuffix(".vectors") } ?? ""
        let whole = try run.folder.bytes("run/checkpoints/\(file)")
        return FuzzTarget("vectors", seeds: [whole]) { input in
            try run.folder.write("run/checkpoints/\(file)", input)
            try resume(run)
        }
    }

    /// run.json.
    static func runFiles() throws -> FuzzTarget {
        let run = try SampleRun()
        let whole = try run.folder.bytes("run/run.json")
        return FuzzTarget("run-files", seeds: [whole], words: jsonWords) { input in
            try run.folder.write("run/run.json", input)
            _ = try RunList(in: run.folder.path("run"), readsLocks: false).text
            let file = try RunFile(reading: run.folder.path("run"))
            _ = try file.summary(in: run.folder.path("run"))
            try run.report(run.folder.path("run"))
        }
    }

    /// rounds.csv, for the summary and for the report.
    static func roundTables() throws -> FuzzTarget {
        let run = try SampleRun()
        let whole = try run.folder.bytes("run/rounds.csv")
        let words = [",", "\n", "\"", "nan", "inf", "-1", "1e999", "round", "1e300", ".", "-"]
        return FuzzTarget("round-tables", seeds: [whole], words: words) { input in
            try run.folder.write("run/rounds.csv", input)
            let path = run.folder.path("run")
            let summary = Result { try RunFile(reading: path).summary(in: path) }
            try run.report(path)
            _ = try summary.get()
        }
    }

    /// The tables of clients, for the report. The first byte says which one.
    static func clientTables() throws -> FuzzTarget {
        let run = try SampleRun()
        let names = [
            "clients.csv", "client_evaluations.csv", "class_evaluations.csv", "partition.csv",
        ]
        let present = names.filter { run.folder.has("run/\($0)") }
        let whole = try present.map { try run.folder.bytes("run/\($0)") }
        let seeds = whole.enumerated().map { [UInt8($0)] + $1 }
        let words = [",", "\n", "\"", "nan", "inf", "-1", "1e999", "1e300", "4294967295"]
        return FuzzTarget("client-tables", seeds: seeds, words: words) { input in
            guard let choice = input.first else { return }
            let own = Int(choice) % present.count
            for (index, name) in present.enumerated() {
                try run.folder.write(
                    "run/\(name)", index == own ? Array(input.dropFirst()) : whole[index])
            }
            try run.report(run.folder.path("run"))
        }
    }

    /// comparison.json, around one run that is there.
    static func comparisons() throws -> FuzzTarget {
        let run = try SampleRun()
        let top = try TemporaryFolder()
        for name in ["run.json", "rounds.csv", "clients.csv"] {
            try top.write("a/seed-7/\(name)", try run.folder.bytes("run/\(name)"))
        }
        try top.write("comparison.yaml", "compare: { variants: { a: {} } }\n")
        let text = """
            {"program": "0", "scenario": "s.yaml", "working_folder": "/tmp", "changes":
            [{"path": "seed", "value": "7", "option": null}], "quick": false,
            "studies_asked_for": null, "studies": [{"name": null, "folder": "",
            "grid": ["client.learning_rate"], "drawn": [], "baseline": "a", "target": 0.5,
            "missing": "auto", "variants": [{"variant": "a", "label": null, "cell": ["0.1"],
            "rounds": 3, "metric": "accuracy",
            "methods": ["sgd", "sgd", "scaffold", "constant", "delta_sgd"],
            "runs": [{"seed": "7", "digest": "\(run.prepared.digest)", "folder": "a/seed-7"}]}]}]}

            """
        return FuzzTarget(
            "comparisons", seeds: [Array(text.utf8)], words: jsonWords + ["../", "a/seed-7"]
        ) { input in
            try top.write("comparison.json", input)
            let file = try ComparisonFile(reading: top.path)
            for study in file.studies {
                for run in study.runs {
                    let parts = run.folder.split(separator: "/")
                    precondition(!parts.contains(".."), "a run in \(run.folder)")
                }
            }
            _ = try RunList(in: top.path, readsLocks: false).text
            try run.report(top.path)
        }
    }

    private static let jsonWords = [
        "{", "}", "[", "]", ":", ",", "\"", "null", "true", "-1", "1e999", "\"nan\"", "&a", "*a",
        "9223372036854775807", "18446744073709551615", "\\u0000", "\\ud800", "#", "'", "failed",
    ]

    private static func removeOthers(_ run: SampleRun, but kept: String) throws {
        for name in run.folder.names(in: "run/checkpoints") {
            let path = "run/checkpoints/\(name)"
            if name.hasSuffix(".checkpoint"), path != kept {
                try FileManager.default.removeItem(atPath: run.folder.path(path))
            }
        }
    }

    private static func resume(_ run: SampleRun) throws {
        var found = try Resumption(
            run.folder.path("run"), run.prepared, stretchesSchedules: false)
        let rounds = found.rounds
        guard rounds > 0 else { throw Refused() }
        let state = found.takeState(run.prepared)
        precondition(Int(state.rounds) == rounds, "a state of \(state.rounds) rounds")
        var writer = ByteWriter()
        state.save(to: &writer) { _, _, _ in }
    }
}
