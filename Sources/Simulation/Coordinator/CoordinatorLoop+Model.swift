import Federation
import LearningRates
import LinearAlgebra
import Messaging
import Scenarios

extension CoordinatorLoop {
    /// Sets the model of a version, once. It is evaluated after a round, and the next round starts
    /// from it with the previous aggregate.
    mutating func setModel<W: World & ~Copyable>(version: UInt32, in world: inout W) throws {
        guard version != modelVersion else { return }
        modelVersion = version
        // No client trains after the last round, so the model needs no other vectors.
        var parts: ModelParts = []
        if Int(version) < prepared.scenario.training.rounds {
            if sendsMovement { parts.insert(.previousAggregate) }
            if state.server.sendsCorrection { parts.insert(.correction) }
        }
        try Self.setModel(of: state.server, version, parts, in: &world)
    }

    /// Whether the previous aggregate is sent with the model of the next round.
    var sendsMovement: Bool {
        state.server.hasPreviousAggregate
            && prepared.scenario.client.scheduler.needs.previousAggregate
    }

    private static func setModel<W: World & ~Copyable>(
        of server: borrowing UpdateAggregator, _ version: UInt32, _ parts: ModelParts,
        in world: inout W
    ) throws {
        let count = server.parameterCount
        try world.setModel(version: version, parts: parts) { vectors in
            vectors.withPart(from: 0, count: count) { weights in
                if version & Self.notTrained == 0 {
                    server.write(weights: &weights)
                } else {
                    server.write(evaluated: &weights)
                }
            }
            if parts.contains(.previousAggregate) {
                vectors.withPart(from: count, count: count) { server.write(previousAggregate: &$0) }
            }
            if parts.contains(.correction) {
                vectors.withPart(from: parts.correctionIndex * count, count: count) {
                    server.write(correction: &$0)
                }
            }
        }
    }
}
