package import Messaging

/// A version of the global model that clients at work started from, or will start from.
///
/// Each version is stored once. All processes that need it receive the same memory.
package struct ModelVersion {
    /// The number of rounds that made the model.
    package let version: UInt32
    /// The vectors beside the weights.
    package let parts: ModelParts
    /// The local rate β that is sent with the tasks of this version.
    package let localRate: Double
    /// The weights and the vectors beside them, shape (parameters) each, one after the other.
    package let vectors: SharedFrame

    /// Creates a version from its values.
    package init(version: UInt32, parts: ModelParts, localRate: Double, vectors: SharedFrame) {
        (self.version, self.parts) = (version, parts)
        (self.localRate, self.vectors) = (localRate, vectors)
    }
}

/// The versions of the global model in a world, as messages.
struct OutgoingVersions {
    private var models: [UInt32: OutgoingModel] = [:]

    /// Replaces the versions. A version that was there already is not encoded again.
    mutating func set(_ versions: [ModelVersion], run: UInt64, parameterCount: Int) {
        var next: [UInt32: OutgoingModel] = [:]
        for version in versions {
            let known = models[version.version]
            let isSame = known?.message?.body === version.vectors
            next[version.version] =
                isSame ? known : OutgoingModel(run: run, version, parameterCount: parameterCount)
        }
        models = next
    }

    /// Returns a version, or nil if it was not set.
    subscript(version: UInt32) -> OutgoingModel? { models[version] }
}
