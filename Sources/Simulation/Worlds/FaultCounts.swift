public import Federation

/// A kind of fault. The raw value is its key in run.json.
public enum FaultKind: String, CaseIterable, Sendable {
    /// A client process ended or left before the run ended.
    case lostProcesses = "lost_processes"
    /// A client process showed no sign of life for too long, or lost its connection.
    case silentProcesses = "silent_processes"
    /// A task was given to another process, because its report took too long.
    case overdueTasks = "overdue_tasks"
    /// A report came twice, or after the report of another process, and was dropped.
    case lateReports = "late_reports"
    /// A process could not do its task, or its report did not fit the task.
    case unusableReports = "unusable_reports"
    /// The sum of the updates of a process was lost with the process, or it was not usable.
    case lostSums = "lost_sums"
    /// A message could not be read: other bytes, another length, another checksum.
    case damagedMessages = "damaged_messages"
    /// A message came from a peer that has not joined, or that is not expected to send it.
    case unexpectedMessages = "unexpected_messages"
    /// A peer asked to join and was refused.
    case refusedPeers = "refused_peers"
    /// A connection was closed, because it sent more than a client process can have to send.
    case closedConnections = "closed_connections"
}

/// How often client processes and other peers failed in a run, by kind. No fault changes a result.
///
/// The counts begin at 0 whenever a run starts or is resumed.
public typealias FaultCounts = Counts<FaultKind>
