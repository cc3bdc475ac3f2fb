import Settings

/// Checks the indices of a document against a data set.
extension PartitionDocument {
    /// Returns the partition that the document describes.
    ///
    /// - Parameters:
    ///   - sampleCount: the number of training samples of the data set.
    ///   - dataKey: the key of the data set; nil if it is not known.
    ///   - repeatsSamples: whether a sample may belong to several clients, or to one twice.
    /// - Throws: `DataError.damaged` if the document is about another data set or has no clients.
    ///   Also if a client has no samples, or if an index is outside or there twice.
    /// - Complexity: one pass over the indices, and 4 bytes for each training sample.
    public func partition(
        of sampleCount: Int, dataKey: String?, repeatsSamples: Bool = false
    ) throws(DataError) -> Partition {
        try checkOrigin(sampleCount, dataKey)
        guard !clients.isEmpty else {
            throw refusal(mismatch("a list of sample indices for each client", "no client"))
        }
        var (offsets, indices): ([UInt32], [Int32]) = ([0], [])
        let all = clients.reduce(0) { $0 + $1.indices.count }
        guard all <= Int(Int32.max) else {
            throw refusal(
                mismatch("at most \(Int(Int32.max).grouped) indices", all.grouped))
        }
        indices.reserveCapacity(all)
        // The place of the first index of each sample among all indices, plus 1; 0 for none.
        var places = [UInt32](repeating: 0, count: sampleCount)
        for (client, own) in clients.enumerated() {
            guard !own.indices.isEmpty else {
                throw refusal(
                    "\(name(of: client)): "
                        + mismatch("1 sample or more", "none", "leave the client out"))
            }
            for (position, index) in own.indices.enumerated() {
                guard index >= 0, index < sampleCount else {
                    throw refusal(
                        "\(name(of: client)), position \(position): "
                            + mismatch(
                                "a training sample from 0 to \((sampleCount - 1).grouped)",
                                "\(index)"))
                }
                if places[index] != 0, !repeatsSamples {
                    throw repeated(index, at: Int(places[index]) - 1, client, position)
                }
                indices.append(Int32(index))
                places[index] = UInt32(indices.count)
            }
            offsets.append(UInt32(indices.count))
        }
        return Partition(
            offsets: offsets, indices: indices, sampleCount: sampleCount,
            repeatsSamples: repeatsSamples)
    }

    private func checkOrigin(_ sampleCount: Int, _ dataKey: String?) throws(DataError) {
        guard let origin else { return }
        let advice = "use the data set and the data.seed of the document, or draw it again"
        if let dataKey, origin.dataKey != dataKey {
            throw refusal(
                "data: "
                    + mismatch(
                        "'\(dataKey)', the key of the data set",
                        "'\(origin.dataKey)', a partition of \(origin.datasetKind)", advice))
        }
        guard origin.sampleCount == sampleCount else {
            throw refusal(
                "samples: "
                    + mismatch(
                        "\(sampleCount.grouped), the training samples of the data set",
                        origin.sampleCount.grouped, advice))
        }
    }

    /// Makes the error for a sample that is there twice.
    ///
    /// - Parameter place: the place of the first one among the indices of all clients.
    private func repeated(
        _ index: Int, at place: Int, _ client: Int, _ position: Int
    ) -> DataError {
        var (first, rest) = (0, place)
        while rest >= clients[first].indices.count {
            rest -= clients[first].indices.count
            first += 1
        }
        return refusal(
            "\(name(of: client)), position \(position): "
                + mismatch(
                    "each sample once",
                    "sample \(index) again (first at \(name(of: first)), position \(rest))",
                    "remove one of them, or allow it with overlap: true"))
    }

    /// Returns a client for a message, by its name in the document.
    private func name(of client: Int) -> String {
        "client " + (clients[client].name.map(CSVTable.quoted) ?? "\(client)")
    }

    private func refusal(_ reason: String) -> DataError { .damaged(path: path, reason: reason) }
}
