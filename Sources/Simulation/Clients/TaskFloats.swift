import Federation
import Messaging

/// The global model that a session stores for its tasks.
struct HeldModel {
    let version: UInt32
    let parts: ModelParts
    let parameterCount: Int
    let floats: Source

    enum Source {
        case shared(SharedBlock, slot: Int)
        case body(ClientSession.Body)
    }

    /// Whether the previous aggregate Δ_{t−1} arrived with the model.
    var hasPreviousAggregate: Bool { parts.contains(.previousAggregate) }

    /// Passes three vectors to `body`: the weights, the previous aggregate and the server's vector
    /// of the drift correction. The last two are empty if they did not arrive.
    func withVectors<R, E: Error>(
        _ body: (Span<Float>, Span<Float>, Span<Float>) throws(E) -> R
    ) throws(E) -> R {
        switch floats {
        case .shared(let block, let slot):
            try block.withModel(slot, vectors: parts.vectorCount) { floats throws(E) in
                try lend(floats, to: body)
            }
        case .body(let frame):
            try frame.withFloats { floats throws(E) in try lend(floats, to: body) }
        }
    }

    private func lend<R, E: Error>(
        _ floats: Span<Float>, to body: (Span<Float>, Span<Float>, Span<Float>) throws(E) -> R
    ) throws(E) -> R {
        func vector(_ index: Int, where isThere: Bool) -> Range<Int> {
            let start = isThere ? index * parameterCount : 0
            return start..<start + (isThere ? parameterCount : 0)
        }
        return try body(
            floats.extracting(vector(0, where: true)),
            floats.extracting(vector(1, where: hasPreviousAggregate)),
            floats.extracting(vector(parts.correctionIndex, where: parts.contains(.correction))))
    }
}

/// The vectors that a task's client carries over, as its process reads them.
enum CarriedSource {
    case none
    case body(ClientSession.Body)
    case shared(SharedBlock, slot: Int, vectors: Int)

    /// Passes the carried vectors to `body`, one after the other.
    func withFloats<R, E: Error>(_ body: (Span<Float>) throws(E) -> R) throws(E) -> R {
        switch self {
        case .none: try body(Span())
        case .body(let frame): try frame.withFloats(body)
        case .shared(let block, let slot, let vectors):
            try block.withCarried(slot, vectors: vectors, body)
        }
    }
}

/// Where the results of a task are written: into the slots that the task names, else into frames.
struct TaskPlaces {
    /// The update slot; −1 means a frame.
    let updateSlot: Int32
    /// The slot for the vectors that the client carries over; −1 means a frame.
    let nextSlot: Int32
    private let shared: SharedBlock?
    private let parameterCount: Int
    private let carriedVectors: Int

    /// Reads the slots that a task names. A slot that does not exist is replaced by a frame.
    ///
    /// - Parameter carriedVectors: the largest number of vectors that a client of the run carries
    ///   over.
    init(
        _ message: Message.Task, _ shared: SharedBlock?, parameterCount: Int, carriedVectors: Int
    ) {
        self.shared = shared
        (self.parameterCount, self.carriedVectors) = (parameterCount, carriedVectors)
        let hasUpdate = shared?.hasUpdateSlot(Int(message.sharedSlot)) ?? false
        updateSlot = hasUpdate ? message.sharedSlot : -1
        let hasNext = carriedVectors > 0 && shared?.hasCarriedSlot(Int(message.nextSlot)) ?? false
        nextSlot = hasNext ? message.nextSlot : -1
    }

    /// What was written: the report, and a frame for each result that is in no slot.
    typealias Written = (report: ClientReport, update: SharedFrame?, next: SharedFrame?)

    /// Passes the memory for the update and for the carried vectors to `body`.
    func write(
        _ body: (inout MutableSpan<Float>, inout MutableSpan<Float>) throws(TaskFailure)
            -> ClientReport
    ) throws(TaskFailure) -> Written {
        guard updateSlot < 0 else {
            guard let shared else { return try writeFrame(body) }
            return try shared.withMutableUpdate(Int(updateSlot)) {
                update throws(TaskFailure) in
                try writeNext { next throws(TaskFailure) in try body(&update, &next) }
            }
        }
        return try writeFrame(body)
    }

    /// Passes the memory of `update` and the memory for the carried vectors to `body`.
    func write(
        into update: inout [Float],
        _ body: (inout MutableSpan<Float>, inout MutableSpan<Float>) throws(TaskFailure)
            -> ClientReport
    ) throws(TaskFailure) -> Written {
        var update = update.mutableSpan
        return try writeNext { next throws(TaskFailure) in try body(&update, &next) }
    }

    private func writeFrame(
        _ body: (inout MutableSpan<Float>, inout MutableSpan<Float>) throws(TaskFailure)
            -> ClientReport
    ) throws(TaskFailure) -> Written {
        var written: Written?
        let frame = try SharedFrame(capacity: parameterCount) { update throws(TaskFailure) in
            written = try writeNext { next throws(TaskFailure) in try body(&update, &next) }
            return parameterCount
        }
        guard var written else { preconditionFailure("a frame was not filled") }
        written.update = frame
        return written
    }

    private func writeNext(
        _ body: (inout MutableSpan<Float>) throws(TaskFailure) -> ClientReport
    ) throws(TaskFailure) -> Written {
        guard carriedVectors > 0 else {
            var nothing = MutableSpan<Float>()
            return (try body(&nothing), nil, nil)
        }
        if nextSlot >= 0, let shared {
            let report = try shared.withMutableCarried(Int(nextSlot), body)
            return (report, nil, nil)
        }
        var report: ClientReport?
        let frame = try SharedFrame(capacity: parameterCount * carriedVectors) {
            next throws(TaskFailure) in
            let made = try body(&next)
            report = made
            return parameterCount * Int(made.carriedVectors)
        }
        guard let report else { preconditionFailure("a frame was not filled") }
        return (report, nil, report.carriedVectors > 0 ? frame : nil)
    }
}
