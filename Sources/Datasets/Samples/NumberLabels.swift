import Settings

/// Classes out of labels that are numbers: the distinct labels in order, with their names.
struct NumberLabels {
    /// The labels as text, from the smallest to the largest one.
    let names: [String]
    let train: [Int32]
    let test: [Int32]
    /// Warnings about the labels and the numbers of samples.
    let notes: [DataNote]

    /// The most classes of a data set whose labels are found in its files.
    static let most = 1_000

    /// Whether a target is a class or a number, in a scenario.
    enum Prediction: Sendable {
        case classes
        case numbers

        init(_ settings: Settings) {
            self = settings.choice(
                "predict", of: ["classes": Prediction.classes, "numbers": .numbers],
                default: "classes", "what the labels are: names of classes, or numbers to predict")
        }
    }

    /// Numbers the labels.
    ///
    /// - Parameters:
    ///   - isSeparate: whether the test samples are a part of their own, which must not have new
    ///     classes.
    ///   - canBeNumbers: whether the data set can also predict numbers, so that messages say how.
    ///   - path: the file, for warnings.
    ///   - place: the location of a sample for messages, of the test part or not.
    init(
        train: [Double], test: [Double], isSeparate: Bool, canBeNumbers: Bool = true, path: String,
        place: (_ isTest: Bool, _ sample: Int) -> String
    ) throws(DataError) {
        let advice =
            canBeNumbers
            ? "set data.dataset.predict: numbers if labels are numbers to predict" : nil
        for (isTest, part) in [(false, train), (true, test)] {
            guard
                let index = part.firstIndex(where: { $0 != $0.rounded() || $0.magnitude >= 0x1p53 })
            else { continue }
            let isTooLarge = part[index].isFinite && part[index].magnitude >= 0x1p53
            throw .damaged(
                path: place(isTest, index),
                reason: isTooLarge
                    ? mismatch(
                        "a label below 2^53, because larger ones are rounded", "\(part[index])",
                        "number the classes from 0")
                    : mismatch("a label that is a whole number", "\(part[index])", advice))
        }
        let all = Set(isSeparate ? train : train + test).sorted()
        guard all.count <= Self.most else {
            throw .damaged(
                path: path,
                reason: mismatch(
                    "at most \(Self.most.grouped) classes",
                    "\(all.count.grouped) different labels", advice))
        }
        guard let first = train.first, train.contains(where: { $0 != first }) else {
            throw .damaged(
                path: path,
                reason: mismatch(
                    "two classes or more in the training samples",
                    train.first.map { "the label \(Self.name($0)) in all of them" } ?? "no sample"))
        }
        let numbers = Dictionary(uniqueKeysWithValues: zip(all, all.indices.map { Int32($0) }))
        names = all.map(Self.name)
        self.train = train.map { numbers[$0] ?? 0 }
        var labels: [Int32] = []
        for (index, label) in test.enumerated() {
            guard let number = numbers[label] else {
                throw .damaged(
                    path: place(true, index),
                    reason: mismatch(
                        "one of the \(all.count.grouped) labels of the training samples",
                        Self.name(label)))
            }
            labels.append(number)
        }
        self.test = labels
        // Nearly each class of many would have a warning about few samples.
        let samples = train.count + test.count
        notes =
            canBeNumbers && all.count > 20 && all.count * 5 > samples
            ? [Self.manyLabels(all.count, samples, path)]
            : ClassCounts(names: names, train: self.train, test: labels).notes(path)
    }

    private static func manyLabels(_ labels: Int, _ samples: Int, _ path: String) -> DataNote {
        DataNote(
            "many labels", path,
            mismatch(
                "labels", "\(labels.grouped) different numbers in \(samples.grouped) samples",
                "each number is a class; if they are numbers to predict, set "
                    + "data.dataset.predict: numbers"))
    }

    /// Returns a whole number as text, without a point.
    private static func name(_ label: Double) -> String { "\(Int(label))" }
}
