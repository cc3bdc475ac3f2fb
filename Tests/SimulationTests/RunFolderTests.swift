import Foundation
import Reporting
import Settings
import Simulation
import TestSupport
import Testing

@Suite struct `Run folders` {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func run(_ text: String, into name: String = "run", overwrite: Bool = false) throws
        -> RunSummary
    {
        try Simulation.run(
            try prepare(text),
            RunOptions(
                folder: folder.path(name), overwrite: overwrite, quiet: true, inProcess: true),
            cache: try testCache())
    }

    private func lines(_ name: String) -> [Substring] {
        folder.text("run/\(name)").split(separator: "\n")
    }

    private func state() throws -> [String: Any] {
        let object = try JSONSerialization.jsonObject(
            with: Data(try folder.bytes("run/run.json")))
        return try #require(object as? [String: Any])
    }

    @Test func `hold all that a run came to`() throws {
        let summary = try run(scenario())
        #expect(
            folder.names() == ["run"]
                && FileManager.default.subpaths(atPath: folder.path("run"))?.sorted() == [
                    "checkpoints", "checkpoints/round-00000006.checkpoint", "clients.csv",
                    "model.safetensors", "partition.csv", "partition.json", "partition.svg",
                    "rounds.csv", "run.json", "scenario.yaml", "traces.csv",
                ])
        #expect(lines("rounds.csv").count == 1 + 6)
        #expect(lines("clients.csv").count == 1 + 24)
        // At each client's first step the rate is the one that clients.csv has as its first.
        #expect(lines("traces.csv").filter { $0.contains(",0,rate,") }.count == 24)
        #expect(lines("rounds.csv")[0].hasPrefix("round,participants,samples,"))
        for (round, line) in lines("rounds.csv").dropFirst().enumerated() {
            #expect(line.hasPrefix("\(round),4,"))
        }
        #expect(folder.text("run/rounds.csv").hasSuffix("\n"))
        #expect(folder.text("run/scenario.yaml") == (try prepare(scenario()).resolvedWithLayers))
        let state = try state()
        #expect(state["state"] as? String == "finished")
        #expect(state["rounds_done"] as? Int == 6)
        #expect(state["seed"] as? String == "7")
        #expect(state["reason"] is NSNull)
        let accuracy = try #require(summary.finalValue)
        #expect(folder.text("run/run.json").contains("\"final_accuracy\": \(accuracy),"))
        #expect(summary.rounds == 6)
    }

    @Test func `have the clients' own losses where one asks for them`() throws {
        _ = try run(
            scenario(
                holdout: "validation_fraction: 0.2",
                evaluation: "every: 3, per_client: cohort"))
        let table = lines("client_evaluations.csv").map {
            $0.split(separator: ",", omittingEmptySubsequences: false)
        }
        #expect(table.count == 1 + 2 * 4)
        #expect(table.allSatisfy { $0.count == table[0].count })
        let clients = lines("clients.csv").map { $0.split(separator: ",") }
        for row in table.dropFirst() {
            // The cohort of the same round, with the same training samples.
            let own = clients.first { $0[0] == row[0] && $0[1] == row[1] }
            #expect(own?[2] == row[2])
            #expect(Double(row[3]) ?? -1 > 0 && (Int(row[6]) ?? 0) > 0 && row[10] == "0")
            // RMSE, and what nobody holds out, have no number in any row.
            #expect(row[5] == "NaN" && row[9] == "NaN" && row[11] == "NaN")
        }
        #expect(table.dropFirst().map { $0[0] } == ["2", "2", "2", "2", "5", "5", "5", "5"])
        _ = try run(scenario(rounds: 2), overwrite: true)
        #expect(!folder.has("run/client_evaluations.csv"))
    }

    @Test func `that hold a run are not touched`() throws {
        _ = try run(scenario())
        let before = try folder.bytes("run/run.json")
        let error = #expect(throws: UsageError.self) { try run(scenario(rounds: 2)) }
        #expect(
            error?.description
                == "\(folder.path("run")): expected a folder without a run, found a run; choose"
                + " another --output or add --overwrite")
        #expect(try folder.bytes("run/run.json") == before)
    }

    @Test func `are replaced when one says so, and nothing else in them`() throws {
        _ = try run(scenario())
        try folder.write("run/notes.txt", "mine")
        _ = try run(scenario(rounds: 2), overwrite: true)
        #expect(lines("rounds.csv").count == 1 + 2)
        #expect(lines("clients.csv").count == 1 + 8)
        #expect(try state()["rounds_done"] as? Int == 2)
        #expect(folder.text("run/notes.txt") == "mine")
    }

    /// The advice must not be `--overwrite`, which does not replace them either.
    @Test func `with files of a run's names that no run wrote stay as they are`() throws {
        try folder.write("run/rounds.csv", "mine")
        for overwrite in [false, true] {
            let error = #expect(throws: UsageError.self) {
                try run(scenario(), overwrite: overwrite)
            }
            #expect(
                error?.description
                    == "\(folder.path("run")): expected a folder without other files, found"
                    + " rounds.csv without a run.json; move it away, or choose another --output")
        }
        #expect(folder.text("run/rounds.csv") == "mine")
    }

    @Test func `under a file can't be made`() throws {
        try folder.write("file", "")
        let error = #expect(throws: UsageError.self) { try run(scenario(), into: "file/run") }
        #expect(
            error?.description.hasPrefix(
                "\(folder.path("file/run")): expected a folder that can be made, found an error")
                == true)
        let other = #expect(throws: UsageError.self) { try run(scenario(), into: "file") }
        #expect(other?.description.contains("found a file") == true)
    }

    /// Hidden layers let the updates grow with the model: the third round's leave the grid.
    @Test func `of a run that diverges keep the rounds before`() throws {
        let text = scenario(
            rounds: 40, server: "constant", client: "constant", rate: 5,
            model: "{ kind: mlp, hidden: [8] }")
        let error = #expect(throws: RunError.self) { try run(text) }
        #expect(error?.exitCode == 1)
        let message = error?.description ?? ""
        let rows = lines("rounds.csv").count - 1
        #expect(rows > 0 && rows < 40)
        #expect(message.hasPrefix("round \(rows), client "), "\(message)")
        #expect(message.contains("with local rate 5.0"))
        #expect(lines("clients.csv").count == 1 + 4 * rows)
        #expect(folder.has("run/model.safetensors") == false)
        let state = try state()
        #expect(state["state"] as? String == "failed")
        #expect(state["reason"] as? String == message)
        #expect(state["rounds_done"] as? Int == rows)
    }

    @Test func `of a run that diverges at once have headers`() throws {
        let error = #expect(throws: RunError.self) {
            try run(scenario(client: "constant", rate: 1e6))
        }
        #expect(error?.exitCode == 1)
        #expect(error?.description.hasPrefix("round 0, client ") == true)
        #expect(error?.description.contains("1000000.0") == true)
        #expect(lines("rounds.csv").count == 1)
        #expect(try state()["state"] as? String == "failed")
    }
}
