import Settings

/// Classes out of labels that are texts, in the order of `Categories`.
struct TextLabels {
    let names: [String]
    let train: [Int32]
    let test: [Int32]
    /// Warnings about the numbers of samples.
    let notes: [DataNote]

    /// Numbers the labels.
    ///
    /// - Parameters:
    ///   - isSeparate: whether the test samples are a part of their own, which must not have new
    ///     classes.
    ///   - path: the file, for messages.
    init(
        _ train: [String], _ test: [String], isSeparate: Bool, path: String
    ) throws(DataError) {
        let categories = Categories(isSeparate ? train : train + test)
        names = categories.names
        let labels = train.map { categories.number(of: $0) ?? 0 }
        guard labels.contains(where: { $0 != labels[0] }), names.count <= NumberLabels.most
        else {
            throw .damaged(
                path: path,
                reason: mismatch(
                    "2 to \(NumberLabels.most.grouped) classes in the training samples",
                    counted(names.count, "different label")))
        }
        var others: [Int32] = []
        for (index, text) in test.enumerated() {
            guard let number = categories.number(of: text) else {
                throw .damaged(
                    path: path,
                    reason: "test sample \(index): "
                        + mismatch(
                            "one of the \(names.count) labels of the training samples",
                            CSVTable.quoted(text)))
            }
            others.append(number)
        }
        (self.train, self.test) = (labels, others)
        notes = ClassCounts(names: names.map { "'\($0)'" }, train: labels, test: others)
            .notes(path)
    }
}
