package import Bytes
import Datasets
import Federation
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
    /// scheduler, last rates, client rule in the server step, and the server's vector of the drift
    /// correction.
    var server: UpdateAggregator
    /// What each client carries over.
    var clients: ClientStates<CarriedBody>
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
    /// Names the scenario with its data and its partition.
    let scenarioDigest: String

    /// The state before the first round.
    package init(_ prepared: PreparedRun) {
        let scenario = prepared.scenario
        server = prepared.serverStep()
        clients = ClientStates(keepsBoth: scenario.training.correction.advancesServer)
        watches = RateMonitors(scenario)
        summary = RunSummary(metric: prepared.metric, target: prepared.target)
        clientCount = scenario.clients.count
        scenarioDigest = RunIdentity(prepared).scenarioDigest
    }

    /// Completes a round: adds its record, and notes how long the files are that it was written to.
    mutating func add(_ record: RoundRecord, _ outputs: [OutputPosition]) {
        summary.add(record)
        self.outputs = outputs
    }
}

extension RunState: Saved {
    /// Appends the state, between two rounds.
    package func save(to writer: inout ByteWriter) {
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
        clients.save(to: &writer)
    }

    /// Reads the state back into that of a run of the same scenario. After an error the state must
    /// not be used.
    package mutating func restore(from reader: inout ByteReader) throws(BytesError) {
        rounds = try reader.integer()
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
        try clients.restore(
            from: &reader, clients: clientCount, parameters: server.parameterCount
        ) { vectors in
            CarriedBody(copying: vectors)
        }
    }
}
