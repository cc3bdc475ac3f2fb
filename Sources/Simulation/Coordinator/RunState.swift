package import Bytes
import Datasets
package import Federation
import LearningRates
import Models
package import Reporting
import Scenarios

/// The run state: everything that a run needs from one round to the next, as one value.
///
/// A run that continues from a saved state gives the same bits as a run without a break. All other
/// variables of the coordinator are about processes or about the current round. Cohorts and random
/// numbers are not in the state, because both follow from the seed and the round.
package struct RunState: ~Copyable {
    /// The number of rounds that are complete. The next round has this number.
    package internal(set) var rounds: UInt32 = 0
    /// The global model with everything that the server step needs. These are the optimizer
    /// buffers, the previous aggregate, the scheduler, the last rates, a client rule on the server,
    /// and the correction vector of the server.
    var server: UpdateAggregator
    /// The client state of each client.
    var clients: ClientStates<CarriedBody>
    /// The clients that are at work between two rounds; none if rounds are synchronous.
    package internal(set) var atWork = ClientsAtWork()
    /// The model versions that these clients started from, by number; none if rounds are
    /// synchronous.
    var versions: [UInt32: ModelVersion] = [:]
    /// What the monitors recorded about the rates so far.
    var watches: RateMonitors
    /// Whether the user was warned that diverged clients are dropped.
    var hasWarnedOfDivergence = false
    /// Whether the user was warned of a void round.
    var hasWarnedOfVoid = false
    /// The figures of the rounds so far.
    package internal(set) var summary: RunSummary
    /// How long the files of the run are.
    package internal(set) var outputs: [OutputPosition] = []

    /// The number of clients in the run.
    let clientCount: Int
    /// The number of client states whose vectors stay in memory.
    private let statesInMemory: Int
    /// The most floats of one client state.
    private let floatsOfState: Int
    /// The folder for the file of client states; nil if all states stay in memory.
    private let folder: String?
    /// The file of client states, once it is needed.
    private var stateFile: StateFile?
    /// The mode of the rounds.
    let mode: RoundMode
    /// Whether rounds depend on the time or on clients at work, which the saved state then has.
    let hasClock: Bool

    /// Creates the state before the first round.
    ///
    /// - Parameter folder: the folder of the run, where client states are that have no room in
    ///   memory. Nil keeps all of them in memory.
    package init(_ prepared: PreparedRun, folder: String? = nil) {
        let scenario = prepared.scenario
        server = prepared.serverStep()
        clients = ClientStates()
        watches = RateMonitors(scenario)
        summary = RunSummary(metric: prepared.metric, target: prepared.target)
        clientCount = scenario.clients.count
        statesInMemory = prepared.statesInMemory
        floatsOfState = prepared.trainingPlan.carriedVectors * prepared.network.parameterCount
        self.folder = folder
        mode = scenario.training.mode
        hasClock = mode.hasStaleness || scenario.clients.availability != .always
    }

    /// Moves the vectors of client states to the file, beyond the number that stays in memory.
    mutating func boundMemory() {
        var file = stateFile
        clients.keep(inMemory: statesInMemory) { Self.stored($0, &file, folder, floatsOfState) }
        stateFile = file
    }

    /// Returns vectors in the file of client states, which is created if there is none; nil if the
    /// file has no room.
    private static func stored(
        _ vectors: CarriedBody, _ file: inout StateFile?, _ folder: String?, _ floats: Int
    ) -> CarriedBody? {
        if case .stored = vectors { return vectors }
        guard let folder else { return nil }
        if file == nil { file = StateFile(in: folder, floats: floats) }
        guard let file else { return nil }
        return vectors.withFloats { file.store($0) }.map { .stored($0) }
    }

    /// The number of parameters of the model.
    var parameterCount: Int { server.parameterCount }

    /// Completes a round. The function adds the record of the round and stores how long the files
    /// are that contain it.
    mutating func add(
        _ record: RoundRecord, _ clients: [ClientEvaluation], _ outputs: [OutputPosition]
    ) {
        summary.add(record, clients)
        self.outputs = outputs
    }
}

/// The saved form of a run state. The caller stores the vectors of clients, because they are large.
extension RunState {
    /// Appends the state between two rounds.
    ///
    /// - Parameter vectors: appends what `restore` needs to find a client's vectors again.
    package func save<E: Error>(
        to writer: inout ByteWriter,
        vectors: (_ client: UInt32, ClientState<CarriedBody>, inout ByteWriter) throws(E) -> Void
    ) throws(E) {
        writer.write(rounds)
        watches.save(to: &writer)
        writer.write(hasWarnedOfDivergence)
        writer.write(hasWarnedOfVoid)
        summary.save(to: &writer)
        writer.write(count: outputs.count)
        for output in outputs {
            writer.write(output.file)
            writer.write(output.bytes)
        }
        server.save(to: &writer)
        if hasClock { saveVersions(to: &writer) }
        try clients.save(to: &writer, vectors: vectors)
    }

    /// Reads the state into the state of a run of the same scenario. After an error, do not use the
    /// state.
    ///
    /// - Parameter vectors: reads what `save` appended for a client, and returns its vectors.
    package mutating func restore(
        from reader: inout ByteReader,
        vectors: (_ client: UInt32, ClientState<CarriedBody>, inout ByteReader) throws(BytesError)
            ->
            CarriedBody
    ) throws(BytesError) {
        rounds = try reader.integer()
        try watches.restore(from: &reader)
        hasWarnedOfDivergence = try reader.flag()
        hasWarnedOfVoid = try reader.flag()
        try summary.restore(from: &reader)
        // One name and one number are at least 12 bytes.
        let count = try reader.count(size: 12)
        outputs = []
        for _ in 0..<count {
            outputs.append(OutputPosition(file: try reader.text(), bytes: try reader.integer()))
        }
        try server.restore(from: &reader)
        if hasClock { try restoreVersions(from: &reader) }
        var (file, inMemory) = (stateFile, 0)
        let (folder, floats, most) = (folder, floatsOfState, statesInMemory)
        try clients.restore(from: &reader, clients: clientCount) {
            client, state, reader throws(BytesError) in
            let read = try vectors(client, state, &reader)
            if inMemory >= most, let stored = Self.stored(read, &file, folder, floats) {
                return stored
            }
            inMemory += 1
            return read
        }
        stateFile = file
    }
}
