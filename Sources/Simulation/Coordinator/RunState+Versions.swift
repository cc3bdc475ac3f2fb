import Bytes
import Federation
import Messaging

/// The saved form of the clients at work and of the model versions that they started from.
extension RunState {
    func saveVersions(to writer: inout ByteWriter) {
        atWork.save(to: &writer)
        let sorted = versions.values.sorted { $0.version < $1.version }
        writer.write(count: sorted.count)
        for version in sorted {
            writer.write(version.version)
            writer.write(version.parts.rawValue)
            writer.write(version.localRate)
            version.vectors.withFloats { floats in
                for index in floats.indices { writer.write(floats[index]) }
            }
        }
    }

    /// Reads the clients at work and their versions.
    ///
    /// - Throws: `BytesError` if a client or a version is not of this run, or if a version is
    ///   missing.
    mutating func restoreVersions(from reader: inout ByteReader) throws(BytesError) {
        try atWork.restore(from: &reader)
        // A version has a number, its parts, a rate and one vector or more.
        let count = try reader.count(size: 13 + 4 * parameterCount)
        versions = [:]
        for _ in 0..<count {
            let number = try reader.integer(UInt32.self)
            let parts = ModelParts(rawValue: try reader.integer())
            guard parts.isSubset(of: .all), number <= rounds, versions[number] == nil else {
                throw .invalid(
                    "expected model versions up to \(rounds), each once, found version \(number)")
            }
            let rate = try reader.double()
            let bytes = try reader.raw(4 * parameterCount * parts.vectorCount)
            var floats = ByteReader(bytes)
            let frame = try SharedFrame(count: bytes.count / 4) { vectors throws(BytesError) in
                for index in vectors.indices { vectors[index] = try floats.float() }
            }
            versions[number] = ModelVersion(
                version: number, parts: parts, localRate: rate, vectors: frame)
        }
        var clients: Set<UInt32> = []
        for member in atWork.members {
            let isUsed =
                member.version <= rounds
                && mode.allows(staleness: rounds - member.version)
            guard member.client < clientCount, clients.insert(member.client).inserted,
                member.version <= rounds, !isUsed || versions[member.version] != nil
            else {
                throw .invalid(
                    "expected clients 0 to \(clientCount - 1) at work, each once, with the model"
                        + " that it started from, found client \(member.client) with version"
                        + " \(member.version)")
            }
        }
    }
}
