package import RandomStreams

/// Natural: each owner that the data name is a client, such as a role of a play, a patient or a
/// device.
///
/// If there are more owners than clients, the owners with the most training samples are used. Among
/// equal owners the lower number wins. Clients are in the order of the owners' numbers. The samples
/// of the other owners have no client. The samples of a client keep the order of the data. Nothing
/// is drawn.
///
/// - Source: Caldas et al. 2018 (LEAF), arXiv 1812.01097: one client per role, writer or user.
/// - Difference from LEAF: LEAF draws the clients that take part, after removing the smallest.
package struct Natural: Skew {
    package static let algorithm = Algorithm("natural", revision: 1)
    package init() {}

    package func assign(
        _ samples: TrainingSamples, to clients: Int, key: RandomKey
    ) throws(PartitionError) -> Partition {
        guard let owners = samples.owners else {
            throw .noOwners(hasClasses: samples.classes > 0 && samples.labelsPerSample == 1)
        }
        var parts = [[Int32]](repeating: [], count: samples.ownerNames.count)
        for (sample, owner) in owners.enumerated() { parts[Int(owner)].append(Int32(sample)) }
        let present = parts.indices.filter { !parts[$0].isEmpty }
        guard clients <= present.count else {
            throw .tooFewOwners(
                kind: samples.ownerKind, owners: present.count, clients: clients)
        }
        let chosen = present.sorted { left, right in
            (parts[right].count, left) < (parts[left].count, right)
        }.prefix(clients).sorted()
        return Partition(chosen.map { parts[$0] }, of: samples.count)
    }
}
