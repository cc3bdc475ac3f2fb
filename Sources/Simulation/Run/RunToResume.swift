import Glibc
import Reporting
public import Scenarios
import Settings

/// The folder of a run that is to be resumed.
public struct RunToResume: Sendable {
    /// The folder of the run.
    public let folder: String
    /// The content of run.json; nil if the run had only begun to start.
    private let file: RunFile?

    /// Reads the folder of a run, and changes nothing.
    ///
    /// - Throws: `UsageError` if there is no run in it, or if it cannot be written.
    public init(_ folder: String) throws(UsageError) {
        self.folder = folder
        guard Files.isFolder(folder) else {
            throw UsageError(
                "\(folder): expected the folder of a run, found"
                    + " \(Files.exists(folder) ? "a file" : "nothing"); name a folder with run.json"
            )
        }
        guard Files.exists("\(folder)/\(RunFile.name)") else {
            throw UsageError(
                "\(folder): expected the folder of a run, found no run.json; name a folder with one"
            )
        }
        guard Files.exists("\(folder)/scenario.yaml") else {
            throw UsageError(
                "\(folder)/scenario.yaml: expected the settings of the run, found no such file; put"
                    + " it back, or start the run anew with 'hyperfed run'")
        }
        file = try? RunFile(reading: folder)
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
                "\(folder): expected a run that is not active, found an active comparison in"
                    + " \(comparison); wait for its end")
        }
    }

    /// Reads the settings of the run.
    ///
    /// - Parameters:
    ///   - rounds: the number of rounds that the run is to have; nil for that of the settings.
    ///   - processes: the value of `clients.processes`; nil for that of the settings.
    /// - Throws: `UsageError` or `SettingsError` for settings that cannot be read, or for fewer
    ///   rounds than before.
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
                "--rounds: expected at least the \(counted(before, "round")) of the run, found"
                    + " \(rounds); raise it, or leave it out")
        }
        return try settings(
            [ScenarioFile.Override("training.rounds", "\(rounds)", option: "--rounds")]
                + (processes ?? []))
    }

    /// Returns a sentence if there is nothing to do; else nil.
    ///
    /// - Parameter rounds: the number of rounds that the run is to have.
    public func nothingToDo(rounds: Int) -> String? {
        guard let file, file.state == .finished, file.figures.roundsDone >= rounds else {
            return nil
        }
        return
            "\(folder): the run is finished after \(counted(file.figures.roundsDone, "round"));"
            + " there is nothing to do (--rounds makes it longer)"
    }

    /// Checks that the run can continue, and returns it with its names in a comparison.
    ///
    /// - Throws: `UsageError` if the run diverged, or if its settings or data have changed.
    public func checked(_ prepared: PreparedRun) throws(UsageError) -> PreparedRun {
        guard let file else { return prepared }
        if file.failure == .divergence {
            throw UsageError(
                "\(folder): expected a run that can go on, found one that diverged"
                    + " (\(file.reason ?? "no reason")); it would diverge again; start a new run"
                    + " with other rates")
        }
        // Checkpoints show what differs. Without one there is only the digest.
        if CheckpointFolder(ofRun: folder).rounds.isEmpty, file.digest != prepared.digest {
            throw UsageError(
                "\(folder): expected the settings and the data of the run as they were (digest"
                    + " \(file.digest)), found others (\(prepared.digest)); put them back, or start"
                    + " a new run with 'hyperfed run'")
        }
        return prepared.named(as: file)
    }
}
