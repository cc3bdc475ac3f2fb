import Federation
import Foundation
import Messaging
import Reporting
import Simulation
import TestSupport
import Testing

@Suite struct `Run files` {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func run(_ prepared: PreparedRun) throws -> RunSummary {
        try Simulation.run(
            prepared, RunOptions(folder: folder.path("run"), quiet: true, inProcess: true),
            cache: try testCache())
    }

    /// The row of a run is made of its files, whoever ran it and when.
    @Test(.slow, arguments: RunStateCase.all)
    func `give the summary that the run had`(kind: RunStateCase) throws {
        let prepared = try kind.prepared()
        let summary = try run(prepared)
        let file = try RunFile(reading: folder.path("run"))
        #expect(try file.summary(in: folder.path("run")) == summary)
        #expect(file.figures == RunFigures(summary))
        #expect(file.state == .finished && file.digest == prepared.digest)
    }

    @Test func `with numbers that are missing as NaN give it, too`() throws {
        let summary = try run(
            try prepare(
                scenario(evaluation: "every: 4, target_accuracy: 0.3"),
                overrides: [("output.missing", "NaN")]))
        let file = try RunFile(reading: folder.path("run"))
        #expect(try file.summary(in: folder.path("run")) == summary)
        #expect(file.target == 0.3 && summary.bytesToTarget != nil)
    }

    @Test func `of a run that diverged have its failure and a constant prediction`() throws {
        let prepared = try prepare(scenario(client: "constant", rate: 1e6))
        let error = #expect(throws: RunError.self) { try run(prepared) }
        let file = try RunFile(reading: folder.path("run"))
        #expect(file.state == .failed && file.failure == .divergence)
        #expect(file.reason == error?.description)
        #expect(file.constantPrediction == prepared.dataset.constantPrediction())
    }

    @Test func `of earlier builds, without counts of refused connections, are read`() throws {
        let summary = try run(try prepare(scenario(rounds: 2)))
        let text = folder.text("run/run.json")
        let start = try #require(text.range(of: #""refused_connections""#)).lowerBound
        let end = try #require(text[start...].firstIndex(of: "}"))
        // The comma before it goes, too.
        let before = text[..<start].lastIndex(of: ",") ?? start
        try folder.write("run/run.json", String(text[..<before] + text[text.index(after: end)...]))
        let file = try RunFile(reading: folder.path("run"))
        #expect(file.refusedConnections == RefusalCounts() && file.rounds == 2)
        #expect(try file.summary(in: folder.path("run")) == summary)
    }

    private static let damages: [(from: String, to: String, message: String)] = [
        (
            #""state": "finished""#, #""state": "done""#,
            "state: expected a state of a run, found the text 'done'"
        ),
        (#""rounds": 2"#, #""rounds": -2"#, "rounds: expected a count, found -2"),
        (#""rounds": 2"#, #""rounds": "many""#, "rounds: expected a count, found the text 'many'"),
        (
            #""digest": "#, #""other": "#,
            "digest: expected a text, found no such key"
        ),
        ("{", "", "expected a file that hyperfed wrote, found other content"),
        (#""grid": {}"#, #""grid": {"a": []}"#, "grid.a: expected a text, found an empty list"),
    ]

    @Test(arguments: 0..<damages.count)
    func `that are damaged are refused in words`(index: Int) throws {
        let (from, to, message) = Self.damages[index]
        _ = try run(try prepare(scenario(rounds: 2)))
        let path = folder.path("run")
        let text = folder.text("run/run.json")
        try #require(text.contains(from))
        try folder.write("run/run.json", text.replacing(from, with: to, maxReplacements: 1))
        let error = #expect(throws: UsageError.self) { try RunFile(reading: path) }
        #expect(error?.description.hasPrefix("\(path)/run.json: ") == true)
        #expect(error?.description.contains(message) == true, "\(error?.description ?? "")")
    }

    /// Each place at which a write could have been cut off, and each foreign file.
    @Test func `that are cut off or foreign are never read as others`() throws {
        _ = try run(try prepare(scenario(rounds: 1)))
        let path = folder.path("run")
        let text = folder.text("run/run.json")
        for length in stride(from: 0, to: text.utf8.count - 3, by: 7) {
            try folder.write("run/run.json", String(text.prefix(length)))
            #expect(throws: UsageError.self) { try RunFile(reading: path) }
        }
        for foreign in ["[]", "7", "\u{1}", "{\"state\": \"finished\"}", "a: &x 1", "{}"] {
            try folder.write("run/run.json", foreign)
            #expect(throws: UsageError.self) { try RunFile(reading: path) }
        }
    }

    @Test func `of runs with fewer rows than they say are refused`() throws {
        _ = try run(try prepare(scenario(rounds: 3)))
        let rows = folder.text("run/rounds.csv").split(separator: "\n")
        try folder.write("run/rounds.csv", rows.dropLast().joined(separator: "\n") + "\n")
        let file = try RunFile(reading: folder.path("run"))
        let error = #expect(throws: UsageError.self) {
            try file.summary(in: folder.path("run"))
        }
        #expect(
            error?.description
                == "\(folder.path("run")): expected the rows of 3 rounds in rounds.csv, found 2")
    }

    @Test func `are JSON to others`() throws {
        _ = try run(try prepare(scenario(rounds: 2)))
        let object = try JSONSerialization.jsonObject(with: Data(try folder.bytes("run/run.json")))
        let keys = try #require(object as? [String: Any])
        #expect(keys["digest"] is String && keys["bytes_up"] is Int)
        #expect((keys["setting"] as? [String: Any])?["transport"] as? String == "memory")
    }
}
