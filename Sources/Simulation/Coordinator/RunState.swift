package import Bytes
import Datasets
package import Federation
import LearningRates
package import Reporting
import Scenarios

/// All that a run remembers from one round to the next, as one value.
///
/// A run that continues from a saved state gives the same bits as one that was never saved. All
/// else that the coordinator keeps is about processes and about the round under way. Nothing of a
/// cohort or of random numbers is here: both follow from the seed and the round.
package struct RunState: ~Copyable {
    /// How many rounds are over. It is the number of the next round.
    package internal(set) var rounds: UInt32 = 0
    /// The global model with all that the server step needs: optimizer buffers, the last aggregate,
    /// scheduler, client rule in the server step, and the server's vector of the drift correction.
    var server: UpdateAggregator
    /// What each client carries over.
    var clients: ClientStates<CarriedBody>
    /// The rates of the last server step.
    var rates: AppliedRates
    /// What the rates so far have shown.
    var watches: RateMonitors
    /// Whether the user was warned of clients that diverge and are dropped.
    var hasWarnedOfDivergence = false
    /// Whether the user was warned of a void round.
    var hasWarnedOfVoid = false
    /// The figures of the rounds so far.
    package internal(set) var summary: RunSummary
    /// How long the run's files are.
    package internal(set) var outputs: [OutputPosition] = []

    /// How many clients the run has.
    let clientCount: Int

    /// The state before the first round.
    package init(_ prepared: PreparedRun) {
        let scenario = prepared.scenario
        server = prepared.serverStep()
        clients = ClientStates()
        rates = AppliedRates(startRate: scenario.server.learningRate)
        watches = RateMonitors(scenario)
        summary = RunSummary(metric: prepared.metric, target: prepared.target)
        clientCount = scenario.clients.count
    }

    /// How many parameters the model has.
    var parameterCount: Int { server.parameterCount }

    /// Takes the server step of a round.
    mutating func commit(_ round: UInt32, _ reports: [ClientReport], sentRate: Double)
        -> UpdateAggregator.Outcome
    {
        let outcome = server.commit(round: round, reports, sentRate: sentRate, &clients)
        rates = AppliedRates(outcome.decision)
        return outcome
    }

    /// Completes a round: adds its record, and notes how long the files are that it was written to.
    mutating func add(_ record: RoundRecord, _ outputs: [OutputPosition]) {
        summary.add(record)
        self.outputs = outputs
    }
}

/// The saved form. What clients carry is large, so the caller decides where their vectors go.
extension RunState {
    /// Appends the state, between two rounds.
    ///
    /// - Parameter vectors: appends what `restore` needs to find a client's vectors again.
    package func save<E: Error>(
        to writer: inout ByteWriter,
        vectors: (_ client: UInt32, ClientState<CarriedBody>, inout ByteWriter) throws(E) -> Void
    ) throws(E) {
        writer.write(rounds)
        rates.save(to: &writer)
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
        try clients.save(to: &writer, vectors: vectors)
    }

    /// Reads the state back into that of a run of the same scenario. After an error the state must
    /// not be used.
    ///
    /// - Parameter vectors: reads what `save` appended for a client, and returns its vectors.
    package mutating func restore(
        from reader: inout ByteReader,
        vectors: (_ client: UInt32, ClientState<CarriedBody>, inout ByteReader) throws(BytesError) ->
            CarriedBody
    ) throws(BytesError) {
        rounds = try reader.integer()
        try rates.restore(from: &reader)
        try watches.restore(from: &reader)
        hasWarnedOfDivergence = try reader.flag()
        hasWarnedOfVoid = try reader.flag()
        try summary.restore(from: &reader)
        // A name and a number take 12 bytes.
        let count = try reader.count(size: 12)
        outputs = []
        for _ in 0..<count {
            outputs.append(OutputPosition(file: try reader.text(), bytes: try reader.integer()))
        }
        try server.restore(from: &reader)
        try clients.restore(from: &reader, clients: clientCount, vectors: vectors)
    }
}
