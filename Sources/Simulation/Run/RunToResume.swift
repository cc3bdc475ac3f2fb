import Glibc
import Reporting
public import Scenarios
import Settings

/// The folder of a run that is to go on: what is there, and whether there is anything to do.
public struct RunToResume: Sendable {
    /// The folder of the run.
    public let folder: String
    /// What its run.json says; nil where there is none that can be read.
    private let facts: Facts?

    private struct Facts: Sendable {
        let state: String?
        let failure: String?
        let reason: String?
        let variant: String?
        let digest: String?
        let roundsDone: Int
    }

    /// Reads the folder of a run. Changes nothing.
    ///
    /// - Throws: `UsageError` if it is not that of a run, or can't be written.
    public init(_ folder: String) throws(UsageError) {
        self.folder = folder
        guard Files.isFolder(folder) else {
            throw UsageError(
                "\(folder): expected the folder of a run, found"
                    + " \(Files.exists(folder) ? "a file" : "nothing"); name a folder with a run.json"
            )
        }
        guard Files.exists("\(folder)/run.json") else {
            throw UsageError(
                "\(folder): expected the folder of a run, found no run.json; name a folder with one"
            )
        }
        guard Files.exists("\(folder)/scenario.yaml") else {
            throw UsageError(
                "\(folder)/scenario.yaml: expected the settings of the run, found no such file; put it"
                    + " back, or start the run anew with 'hyperfed run'")
        }
        facts = Self.facts(in: folder)
        for path in [folder] + Files.names(in: folder).map({ "\(folder)/\($0)" }) {
            let mode = Files.isFolder(path) ? R_OK | W_OK | X_OK : R_OK | W_OK
            guard access(path, mode) == 0 else {
                throw UsageError(
                    "\(path): expected permission to read and write, found none; ask its owner, or"
                        + " copy the folder")
            }
        }
        if let comparison = FolderContent.lockedComparison(around: folder) {
            throw UsageError(
                "\(folder): expected a run that nobody else runs, found a comparison under way in"
                    + " \(comparison); wait for its end")
        }
    }

    private static func facts(in folder: String) -> Facts? {
        guard let json = try? Files.read("\(folder)/run.json"),
            let tree = try? SettingsTree(yaml: json, file: "\(folder)/run.json")
        else { return nil }
        func text(_ key: String) -> String? { tree.node(key)?.text }
        return Facts(
            state: text("state"), failure: text("failure"), reason: text("reason"),
            variant: text("variant"), digest: text("digest"),
            roundsDone: text("rounds_done").flatMap { Int($0) } ?? 0)
    }

    /// The settings of the run.
    ///
    /// - Parameters:
    ///   - rounds: how many rounds the run is to have; nil for as many as it has.
    ///   - processes: the client processes, as `clients.processes`; nil for those of the settings.
    /// - Throws: `UsageError` or `SettingsError` for settings that can't be read, or fewer rounds
    ///   than there are.
    public func settings(rounds: Int?, processes: String?) throws -> ScenarioFile.ConfiguredRun {
        let file = "\(folder)/scenario.yaml"
        let text = try ScenarioText.read(file)
        func settings(_ overrides: [ScenarioFile.Override]) throws -> ScenarioFile.ConfiguredRun {
            try ScenarioFile(
                text: text, file: file, workingFolder: Files.workingFolder, overrides: overrides
            ).baseRun()
        }
        let processes = processes.map {
            [ScenarioFile.Override("clients.processes", $0, option: "--processes")]
        }
        let found = try settings(processes ?? [])
        guard let rounds else { return found }
        let before = found.scenario.training.rounds
        guard rounds >= before else {
            throw UsageError(
                "--rounds: expected at least the \(before) rounds of the run, found \(rounds); raise"
                    + " it, or leave it out")
        }
        return try settings(
            [ScenarioFile.Override("training.rounds", "\(rounds)", option: "--rounds")]
                + (processes ?? []))
    }

    /// Why there is nothing to do, as a sentence; nil if there is.
    ///
    /// - Parameter rounds: how many rounds the run is to have.
    public func nothingToDo(rounds: Int) -> String? {
        guard let facts, facts.state == "finished", facts.roundsDone >= rounds else { return nil }
        return
            "\(folder): the run is finished after \(facts.roundsDone) rounds; there is nothing to"
            + " do (--rounds makes it longer)"
    }

    /// Takes the run as one of its comparison, if it is one, and checks that it can go on.
    ///
    /// - Throws: `UsageError` if it diverged, or if its settings or data are not those of the run.
    public func checked(_ prepared: PreparedRun) throws(UsageError) -> PreparedRun {
        guard let facts else { return prepared }
        if facts.failure == RunError.Failure.divergence.rawValue {
            throw UsageError(
                "\(folder): expected a run that can go on, found one that diverged"
                    + " (\(facts.reason ?? "no reason")); it would diverge again; start a new run with"
                    + " other rates")
        }
        // Checkpoints say what differs; without one there is only the digest.
        if CheckpointFolder(ofRun: folder).rounds.isEmpty, let digest = facts.digest,
            digest != prepared.digest
        {
            throw UsageError(
                "\(folder): expected the settings and the data of the run as they were (digest"
                    + " \(digest)), found others (\(prepared.digest)); put them back, or start a new"
                    + " run with 'hyperfed run'")
        }
        return facts.variant.map { prepared.asRun(of: $0) } ?? prepared
    }
}
