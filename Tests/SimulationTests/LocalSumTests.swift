import Federation
import Messaging
import Models
import Simulation
import TestSupport
import Testing

/// Client processes that add up their updates.
@Suite struct `Sums of a client process` {
    /// Sends the model of round 0 to a session; the weights of the model.
    private func sendModel(_ prepared: PreparedRun, to session: inout ClientSession) {
        let count = prepared.network.parameterCount
        let weights = prepared.network.initialParameters(seed: 7)
        let floats = SharedFrame(count: count) {
            for index in 0..<count { $0[index] = weights[index] }
        }
        let model = Message.Model(
            run: 1, version: 0, parts: [], parameterCount: UInt64(count),
            checksum: floats.checksum)
        #expect(session.receive(model, body: .sent(floats)) == nil)
    }

    private func train(
        _ client: UInt32, sumWeight: UInt32?, localRate: Double, _ prepared: PreparedRun,
        in session: inout ClientSession
    ) throws -> (update: Message.Update, floats: SharedFrame?) {
        let task = Message.Task(
            run: 1,
            task: ClientTask(
                round: 0, client: client, attempt: 1, localRate: localRate, sumWeight: sumWeight),
            model: ModelSource(version: 0), sharedSlot: -1,
            parameterCount: UInt64(prepared.network.parameterCount))
        let reply = session.perform(task)
        guard case .update(let update) = reply.message else {
            throw SimulatedWorld.Impossible(description: "\(reply.message)")
        }
        return (update, reply.floats)
    }

    @Test(arguments: ["fedavg", "fednova"])
    func `are those of the updates that come one by one`(correction: String) throws {
        let prepared = try prepare(
            scenario(server: "constant", client: "constant"),
            overrides: correction == "fedavg" ? [] : [("training.correction", correction)])
        var session = try newSession(prepared)
        sendModel(prepared, to: &session)
        var single = prepared.serverStep()
        var summed = prepared.serverStep()
        single.begin(round: 0)
        summed.begin(round: 0)
        let rate = single.localRate
        var reports: [ClientReport] = []
        for client: UInt32 in [3, 1, 8] {
            let (update, floats) = try train(
                client, sumWeight: nil, localRate: rate, prepared, in: &session)
            try #require(floats).withFloats { try single.add($0, of: update.report) }
            let weight = single.weightsOfUpdates.weight(of: update.report)
            // A task that came twice gives one update.
            for _ in 0..<2 {
                let again = try train(
                    client, sumWeight: weight, localRate: rate, prepared, in: &session)
                #expect(again.update.inSum && again.floats == nil)
                #expect(again.update.report.squaredNorm == update.report.squaredNorm)
            }
            reports.append(update.report)
        }
        let question = Message.Collect(run: 1, round: 0, sharedSlot: -1)
        let reply = session.perform(question)
        guard case .sum(let sum) = reply.message else {
            Issue.record("\(reply.message)")
            return
        }
        #expect(sum.report == SumReport(round: 0, clients: [3, 1, 8]))
        let words = try #require(reply.floats)
        #expect(UInt64(words.count) == sum.wordCount && words.checksum == sum.checksum)
        #expect(words.count < 2 * prepared.network.parameterCount)
        try words.withFloats { try summed.add(sum: $0, isPacked: true, of: reports) }
        var states = ClientStates<CarriedBody>()
        reports.sort { $0.client < $1.client }
        _ = single.commit(round: 0, reports, &states)
        _ = summed.commit(round: 0, reports, &states)
        #expect(single.weights.map(\.bitPattern) == summed.weights.map(\.bitPattern))
    }

    @Test func `of another round are not there`() throws {
        let prepared = try prepare(scenario())
        let session = try newSession(prepared)
        let reply = session.perform(Message.Collect(run: 1, round: 4, sharedSlot: -1))
        guard case .failed(let failed) = reply.message, case .broken(let fault) = failed.failure
        else {
            Issue.record("\(reply.message)")
            return
        }
        #expect(
            "\(fault)"
                == "round 4, sum of updates: expected updates of this round in the sum, found none")
    }

    /// An update whose numbers leave the grid diverged, as it does without a sum.
    @Test func `refuse an update that is too large`() throws {
        let prepared = try prepare(scenario(client: "constant", rate: 2e4))
        let expected = #expect(throws: RunStopped.self) { try runInMemory(prepared) }
        let client = try #require(Cohort.draw(seed: 7, round: 0, clients: 12, size: 4).first)
        var session = try newSession(prepared)
        sendModel(prepared, to: &session)
        let task = Message.Task(
            run: 1,
            task: ClientTask(
                round: 0, client: client, attempt: 1, localRate: 2e4, sumWeight: 1),
            model: ModelSource(version: 0), sharedSlot: -1,
            parameterCount: UInt64(prepared.network.parameterCount))
        guard case .failed(let failed) = session.perform(task).message,
            case .diverged(let failure) = failed.failure
        else {
            Issue.record("expected a failure")
            return
        }
        #expect("\(failure)" == expected?.description)
    }
}
