package import Bytes
import Datasets
package import Federation
import LearningRates
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
    /// The mode of the rounds.
    let mode: RoundMode
    /// Whether rounds depend on the time or on clients at work, which the saved state then has.
    let hasClock: Bool
    /// The hash of the file with the clients' availability; 0 without one.
    let traceHash: UInt64

    /// Creates the state before the first round.
    package init(_ prepared: PreparedRun) {
        let scenario = prepared.scenario
        server = prepared.serverStep()
        clients = ClientStates()
        watches = RateMonitors(scenario)
        summary = RunSummary(metric: prepared.metric, target: prepared.target)
        clientCount = scenario.clients.count
        mode = scenario.training.mode
        traceHash = prepared.trace?.contentHash ?? 0
        hasClock = mode.hasStaleness || scenario.clients.availability != .always
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
        try clients.restore(from: &reader, clients: clientCount, vectors: vectors)
    }
}
