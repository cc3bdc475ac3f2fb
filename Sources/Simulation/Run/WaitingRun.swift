import Messaging
import Scenarios

extension Simulation {
    /// Writes the folder of a run that another process executes later, such as a job in a queue.
    /// `hyperfed resume` begins the run.
    ///
    /// - Throws: `UsageError` as `check` does, or if the folder cannot be written.
    public static func prepareFolder(of prepared: PreparedRun, _ options: RunOptions) throws {
        try check(options)
        do {
            try RunFolder.prepare(options.folder, overwrite: options.overwrite)
            let file = RunFile(
                prepared,
                RunFile.Setting(
                    protocolVersion: Int(MessageCodec.protocolVersion), host: hostName(),
                    cores: cores, processes: 0,
                    transport: prepared.scenario.clients.transport.rawValue))
            _ = try RunFolder(options.folder, prepared, file)
        } catch let error as UsageError {
            throw error
        } catch {
            throw OutputFolder.unwritable(options.folder, error)
        }
    }

    /// Writes the script of a job into a folder of results.
    ///
    /// - Returns: the path of the script.
    /// - Throws: `UsageError` if the folder cannot be written.
    public static func writeScript(_ text: String, in folder: String) throws -> String {
        let path = "\(folder)/job.sh"
        do {
            try Files.write(Array(text.utf8), to: path)
        } catch {
            throw OutputFolder.unwritable(folder, error)
        }
        return path
    }
}
