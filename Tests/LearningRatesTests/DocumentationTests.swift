import ClientRules
import Foundation
import LearningRates
import ServerRules
import Settings
import Testing

/// Each scheduler is one file, whose doc comment is its specification.
@Suite struct `Files of schedulers` {
    private static let rooms = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Sources")

    private struct Conformer {
        let file: String
        let type: String
        let comment: String
    }

    /// Types that conform to a protocol, with the doc comments above them, by file.
    private func conformers(to names: [String], in folder: String) throws -> [Conformer] {
        let files = try FileManager.default.contentsOfDirectory(
            at: Self.rooms.appending(path: folder), includingPropertiesForKeys: nil)
        return try files.filter { $0.pathExtension == "swift" }.flatMap { file in
            let text = try String(contentsOf: file, encoding: .utf8)
            let lines = text.components(separatedBy: "\n")
            return lines.enumerated().compactMap { index, line -> Conformer? in
                guard line.hasPrefix("struct "),
                    names.contains(where: { line.contains(": \($0) {") })
                else { return nil }
                let comment = lines[..<index].reversed().prefix { $0.hasPrefix("///") }
                return Conformer(
                    file: file.deletingPathExtension().lastPathComponent,
                    type: String(line.dropFirst(7).prefix { $0.isLetter || $0.isNumber }),
                    comment: comment.reversed().joined(separator: "\n"))
            }
        }
    }

    private func check<C>(_ registered: [Registered<C>], _ names: [String], in folders: [String])
        throws
    {
        let found = try folders.flatMap { try conformers(to: names, in: $0) }
        for one in found {
            #expect(one.file == one.type, "\(one.file).swift holds \(one.type)")
            #expect(one.comment.contains("/// - Source: "), "\(one.file).swift: its source")
        }
        let made = try registered.map { row in
            let tree = try SettingsTree(yaml: "", file: "demo.yaml")
            return String(describing: type(of: try tree.load { row.make($0) }.value as Any))
        }
        #expect(Set(made) == Set(found.map(\.type)), "one file for each, and each is registered")
        #expect(Set(registered.map(\.kind)).count == registered.count)
        #expect(registered.allSatisfy { !$0.summary.isEmpty })
    }

    @Test func `server schedulers`() throws {
        try check(
            serverSchedulers,
            ["ServerScheduler", "Schedule", "EndingSchedule", "ClientRuleOnServer"],
            in: ["ServerRules"])
    }

    @Test func `client schedulers`() throws {
        try check(
            clientSchedulers, ["ClientScheduler"],
            in: ["ClientRules", "TowerRules", "UnrolledRules"])
    }

    /// The laws leave out settings that a rule refuses, since not all words go together. A trial
    /// must not be left out.
    @Test func `every trial of a rule is accepted`() throws {
        func check<C>(_ rules: [Rule<C>]) throws {
            for facts in rules.map(\.facts) {
                for trial in facts.trials {
                    let settings = "{ kind: \(facts.kind), \(trial) }"
                    #expect(throws: Never.self, "\(settings)") {
                        _ = try component(settings, from: rules.map(\.registered))
                    }
                }
            }
        }
        try check(clientRules)
        try check(serverRules)
    }

    @Test func `every key of every rule has a meaning`() {
        let keys =
            serverSchedulers.flatMap(\.keys) + clientSchedulers.flatMap(\.keys)
            + optimizers.flatMap(\.keys) + serverOptimizers.flatMap(\.keys)
        #expect(!keys.isEmpty)
        for key in keys { #expect(!key.meaning.isEmpty, "\(key.path)") }
    }
}
