package import Federation
package import Messaging

/// Everything about a run that is not a pure function: peers, processes, signals and time.
///
/// `CoordinatorLoop` uses the real world (ZeroMQ, operating system processes), a world in memory,
/// or the simulated world of the tests. In the simulated world, processes die and messages are
/// late. The loop is the same in all worlds.
package protocol World: ~Copyable {
    /// The seconds of a clock that never jumps.
    var seconds: Double { get }
    /// The endpoint at which processes find the coordinator; nil if none connect from outside.
    var endpoint: String? { get }
    /// Returns the pid of a process, or nil if it has none.
    func pid(of process: ProcessID) -> Int32?
    /// Starts a client process, or starts it again.
    mutating func launch(_ process: ProcessID) throws
    /// Ends a process that fails at its tasks, or sends it away. The process then leaves.
    mutating func putOut(_ process: ProcessID, because reason: String)
    /// Sets the global model that tasks start from, from now on.
    ///
    /// - Parameters:
    ///   - version: the number of rounds that made it.
    ///   - parts: the vectors that are sent beside the weights.
    ///   - fill: writes the weights and the parts, one after the other.
    mutating func setModel(
        version: UInt32, parts: ModelParts, _ fill: (inout MutableSpan<Float>) -> Void) throws
    /// Sets the versions of the global model that tasks can start from by their number. A version
    /// that is not in the list is not needed any more.
    mutating func setVersions(_ versions: [ModelVersion]) throws
    /// Sends the model to a process, unless tasks say where it is in shared memory.
    ///
    /// - Parameter version: one of the versions that were set; nil for the global model.
    mutating func sendModel(_ version: UInt32?, to process: ProcessID) throws
    /// Sends a task to a process, with the vectors that the client carries.
    ///
    /// - Parameter version: the version that the task starts from; nil for the global model.
    mutating func send(
        _ task: ClientTask, _ carried: CarriedBody?, from version: UInt32?, to process: ProcessID)
        throws
    /// Sends a part of an evaluation to a process.
    ///
    /// - Parameter version: the version to evaluate; nil for the global model.
    mutating func send(_ task: EvaluationTask, of version: UInt32?, to process: ProcessID) throws
    /// Whether client processes can add up their updates of a round.
    var sumsUpdates: Bool { get }
    /// Asks a process for the sum of its updates of a round.
    mutating func collect(round: UInt32, from process: ProcessID) throws
    /// Frees the memory of an update or of a sum after it was added or dropped.
    mutating func release(_ body: UpdateBody, from process: ProcessID)
    /// Waits for the next event, at most `milliseconds`. Returns `.timeout` if there is none.
    ///
    /// - Throws: an error if the wait itself fails.
    mutating func nextEvent(timeoutMilliseconds milliseconds: Int) throws -> CoordinatorEvent
}
