package import Federation
package import Messaging

/// What comes to a coordinator from outside.
package enum Happening {
    /// A client process is ready.
    case joined(ProcessID)
    /// A client process is gone.
    case left(ProcessID)
    /// An update came, and the vectors that the client carries on; nil where it carries none.
    case reported(ClientReport, UpdateBody, carried: CarriedBody?, from: ProcessID)
    /// A client's training diverged.
    case failed(ClientFailure, from: ProcessID)
    /// A process could not do a task, or its answer can't be used.
    case broken(TaskFault, from: ProcessID)
    /// A process shows no sign of life. One that was started here and does nothing is ended already,
    /// and leaves.
    case silent(ProcessID, Silence)
    /// A silent process shows signs of life again.
    case heard(ProcessID)
    /// A part of an evaluation is done.
    case evaluated(EvaluationReport, from: ProcessID)
    /// Somebody wants the run to end: the signal's number.
    case signal(Int32)
    /// Nothing came in time.
    case timeout
}

/// Where the floats of an update are.
package enum UpdateBody {
    case received(Frame)
    case sent(SharedFrame)
    case shared(SharedBlock, slot: Int)

    /// Lends the floats.
    package func withFloats<R, E: Error>(_ body: (Span<Float>) throws(E) -> R) throws(E) -> R {
        switch self {
        case .received(let frame): try frame.withFloats(body)
        case .sent(let frame): try frame.withFloats(body)
        case .shared(let block, let slot): try block.withUpdate(slot, body)
        }
    }
}

/// Where the vectors are that a client carries. They stay there as long as this value is kept.
package enum CarriedBody: HeldFloats {
    /// In a message's body, with its checksum.
    case received(Frame, checksum: UInt64)
    case sent(SharedFrame)
    /// In a slot of the shared block.
    case shared(SharedBlock, CarriedSlot, vectors: Int)

    /// Lends the floats.
    package func withFloats<R, E: Error>(_ body: (Span<Float>) throws(E) -> R) throws(E) -> R {
        switch self {
        case .received(let frame, _): try frame.withFloats(body)
        case .sent(let frame): try frame.withFloats(body)
        case .shared(let block, let slot, let vectors):
            try block.withCarried(slot.index, vectors: vectors, body)
        }
    }
}

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
    /// Waits for what comes next.
    mutating func next(milliseconds: Int) throws -> Happening
}
