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
        let parts = parts(ofVersion: version)
        guard hasStaleness else {
            try world.setModel(version: version, parts: parts) {
                Self.write(state.server, version, parts, into: &$0)
            }
            return
        }
        var versions = state.versions
        if versions[version] == nil { versions[version] = Self.copy(state.server, version, parts) }
        if version & Self.notTrained == 0 { state.versions = versions }
        try world.setVersions(versions.values.sorted { $0.version < $1.version })
    }

    private static func copy(
        _ server: borrowing UpdateAggregator, _ version: UInt32, _ parts: ModelParts
    ) -> ModelVersion {
        let vectors = SharedFrame(count: server.parameterCount * parts.vectorCount) {
            write(server, version, parts, into: &$0)
        }
        return ModelVersion(
            version: version, parts: parts,
            localRate: server.localRate(round: version & ~notTrained), vectors: vectors)
    }

    /// Whether updates can join another round than the one in which their clients started. Then
    /// several versions of the model are stored, and tasks name the version that they start from.
    var hasStaleness: Bool { prepared.scenario.training.mode.hasStaleness }

    /// Returns the vectors beside the weights of a version.
    private func parts(ofVersion version: UInt32) -> ModelParts {
        // No client trains after the last round, so the model needs no other vectors.
        var parts: ModelParts = []
        if Int(version) < prepared.scenario.training.rounds {
            if sendsMovement { parts.insert(.previousAggregate) }
            if state.server.sendsCorrection { parts.insert(.correction) }
        }
        return parts
    }

    /// Removes the versions that no client can need any more.
    ///
    /// - Parameter round: the next round.
    mutating func forgetVersions(before round: UInt32) {
        var needed: Set<UInt32> = [round]
        for member in state.atWork.members
        where state.mode.allows(staleness: round - member.version) {
            needed.insert(member.version)
        }
        state.versions = state.versions.filter { needed.contains($0.key) }
    }

    /// Whether the previous aggregate is sent with the model of the next round.
    var sendsMovement: Bool {
        state.server.hasPreviousAggregate
            && prepared.scenario.client.scheduler.needs.previousAggregate
    }

    private static func write(
        _ server: borrowing UpdateAggregator, _ version: UInt32, _ parts: ModelParts,
        into vectors: inout MutableSpan<Float>
    ) {
        let count = server.parameterCount
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
