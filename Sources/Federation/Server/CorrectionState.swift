import LearningRates
import LinearAlgebra

/// The coordinator's part of a drift correction: the server's vector, and the changes of updates
/// and of the aggregate.
///
/// The client computes the next value of its own vector. This value takes effect at the commit of
/// the round, in client order. So the result does not depend on the order of arrival or on dropped
/// updates.
struct CorrectionState: ~Copyable {
    let correction: any DriftCorrection
    private let clients: Int
    let scale: UpdateScale
    var slots: VectorBlock<Float>
    let server: Vector

    /// Creates the state before the first round.
    ///
    /// - Parameters:
    ///   - clients: the number of all clients of the run.
    ///   - mostSteps: the largest number of local steps of a client in a round.
    init(_ correction: any DriftCorrection, parameters: Int, clients: Int, mostSteps: Int) {
        self.correction = correction
        self.clients = clients
        scale = UpdateScale(correction, mostSteps: mostSteps)
        var layout = BlockLayout()
        server = layout.vector(correction.keepsVectors ? parameters : 0)
        slots = VectorBlock(layout)
    }

    /// Writes the server's vector for the clients.
    func write(server out: inout MutableSpan<Float>) { slots.write(server, into: &out, at: 0) }

    /// Returns the factor of the mean of scaled updates.
    ///
    /// - Parameters:
    ///   - reports: the reports of the updates, in client order.
    ///   - localRate: returns the local rate that was sent with the task of a report.
    func factor(
        _ reports: [ClientReport], _ updateWeights: UpdateWeights,
        localRate: (ClientReport) -> Double
    ) -> Double {
        var (sum, weights) = (0.0, 0.0)
        for report in reports {
            let work = LocalWork(report, localRate: localRate(report))
            guard correction.effectiveSteps(work) != nil else { return 1 }
            let weight = Double(updateWeights.weight(of: report))
            sum += weight * (correction.effectiveMean(work) / scale.referenceSteps)
            weights += weight
        }
        return weights > 0 ? sum / weights : 1
    }

    /// Ends a round: the clients' new vectors take effect, and the aggregate is corrected.
    ///
    /// - Parameters:
    ///   - reports: the reports of the participants, in client order.
    ///   - states: the client states, before the new ones take effect.
    ///   - gradient: the aggregate times −1.
    /// - Returns: the squared norm of the corrected aggregate, or nil if the aggregate is
    ///   unchanged.
    mutating func commit<Floats: HeldFloats>(
        _ reports: [ClientReport], _ states: ClientStates<Floats>,
        _ gradient: inout MutableSpan<Float>
    ) -> Double? {
        guard correction.keepsVectors else { return nil }
        let (correction, clients, count) = (correction, clients, server.count)
        slots.withMutableSpan(server) { server in
            if correction.advancesServer {
                for client in reports.map(\.client) {
                    states.withFirstVectors(of: client, count: count) { own, next in
                        correction.updateServerVector(
                            &server, from: own, to: next, clients: clients)
                    }
                }
            }
            correction.correctAggregate(
                &server, &gradient, share: Double(reports.count) / Double(max(clients, 1)))
        }
        return gradient.span.squaredNorm
    }
}
