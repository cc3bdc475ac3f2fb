package import Federation
package import Messaging

/// Everything about a run that is not a pure function: peers, processes, signals, time.
///
/// `CoordinatorLoop` runs unchanged in the real world (ZeroMQ, operating system processes), in
/// memory, and in the simulated world of the tests, where processes die and messages come late.
package protocol World: ~Copyable {
    /// Seconds of a clock that never jumps.
    var seconds: Double { get }
    /// Where processes find the coordinator; nil where none come from outside.
    var endpoint: String? { get }
    /// The operating system's number of a process; nil where it has none.
    func pid(of process: ProcessID) -> Int32?
    /// Starts a client process, again if it was there before.
    mutating func launch(_ process: ProcessID) throws
    /// Ends a process that breaks on its tasks, or sends it away; it then leaves.
    mutating func putOut(_ process: ProcessID, because reason: String)
    /// Sets the global model that tasks start from, from now on.
    ///
    /// - Parameters:
    ///   - version: how many rounds made it.
    ///   - parts: the vectors that are sent beside the weights.
    ///   - fill: writes the weights and the parts, one after the other.
    mutating func setModel(
        version: UInt32, parts: ModelParts, _ fill: (inout MutableSpan<Float>) -> Void) throws
    /// Sends the model to a process, unless tasks say where it is in shared memory.
    mutating func sendModel(to process: ProcessID) throws
    /// Sends a task to a process, with the vectors that the client carries.
    mutating func send(_ task: ClientTask, _ carried: CarriedBody?, to process: ProcessID) throws
    /// Sends a part of an evaluation to a process.
    mutating func send(_ task: EvaluationTask, to process: ProcessID) throws
    /// The update with this body was added or dropped: its memory may be used again.
    mutating func release(_ body: UpdateBody, from process: ProcessID)
    /// Waits for the next event, at most `milliseconds`. Returns `.timeout` if there is none.
    ///
    /// - Throws: an error if the wait itself fails.
    mutating func nextEvent(timeoutMilliseconds milliseconds: Int) throws -> CoordinatorEvent
}
