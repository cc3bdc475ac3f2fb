import Federation
import Messaging

/// Client processes that a launcher such as `srun` has started.
extension RealWorld {
    /// Starts the client processes of a run on all its machines.
    ///
    /// - Parameter folder: the folder of the results, which all machines see.
    /// - Throws: `RunStopped.lost` if the launcher cannot be started.
    mutating func start(_ options: ClientGroupOptions, in folder: String) throws {
        do {
            let port = socket.lastEndpoint.split(separator: ":").last ?? ""
            var group = try ClientGroup(options, port: port, in: folder)
            try group.start(by: launcher)
            self.group = consume group
        } catch {
            throw RunStopped.lost("\(error)")
        }
    }

    /// Reads whether the launcher has ended too early. Its next start is then due.
    mutating func reapGroup() {
        let now = seconds
        guard let how = group?.reap(at: now), !hasStopped, EndSignal.waiting == nil else {
            return
        }
        writeLog("the launcher of the client processes ended: \(how)")
    }

    /// Starts the launcher again if that is due.
    ///
    /// - Throws: `RunStopped.lost` if it ended too often without a finished task.
    mutating func startGroupAgain(at now: Double) throws {
        guard let due = group?.due, due <= now else { return }
        if let problem = group?.problem { throw RunStopped.lost(problem) }
        do {
            try Self.start(&group, by: launcher)
        } catch {
            throw RunStopped.lost("\(error)")
        }
    }

    private static func start(
        _ group: inout ClientGroup?, by launcher: borrowing Launcher
    ) throws { try group?.start(by: launcher) }
}
