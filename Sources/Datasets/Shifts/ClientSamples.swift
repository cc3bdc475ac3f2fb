/// What a data set is, as far as shifts need it.
public struct ShiftedForm: Sendable {
    /// The dimensions of one sample, such as [28, 28, 1] (height, width, channels).
    public let shape: [Int]
    /// The number of classes; 0 if the targets are numbers.
    public let classes: Int
    /// The labels of one sample: 1, or the length of a sequence.
    public let targetWidth: Int
    /// Whether samples are sequences of symbols.
    public let hasSymbols: Bool

    /// Makes a form from its facts.
    public init(shape: [Int], classes: Int, targetWidth: Int = 1, hasSymbols: Bool = false) {
        (self.shape, self.classes) = (shape, classes)
        (self.targetWidth, self.hasSymbols) = (targetWidth, hasSymbols)
    }

    /// Reads the form of a data set.
    init(_ dataset: Dataset) {
        self.init(
            shape: dataset.sampleShape, classes: dataset.classes, targetWidth: dataset.targetWidth,
            hasSymbols: dataset.vocabulary != nil)
    }

    /// Height and width of the images; nil if samples are not images.
    var image: (height: Int, width: Int)? {
        shape.count == 3 && !hasSymbols ? (shape[0], shape[1]) : nil
    }

    /// The samples in words, for messages.
    var words: String {
        hasSymbols
            ? "sequences of symbols"
            : "samples of shape \(shape)"
    }

    /// Returns why a shift of features cannot be used with these samples; nil if it can.
    ///
    /// - Parameter needsImage: whether the shift changes images only.
    func featureProblem(_ kind: String, needsImage: Bool = false) -> ShiftProblem? {
        if hasSymbols {
            return ShiftProblem(
                expected: "samples of numbers for \(kind)", found: words,
                advice: "leave it out; label shifts and quantity need no features")
        }
        guard needsImage, image == nil else { return nil }
        return ShiftProblem(
            expected: "images (height, width, channels) for \(kind)", found: words,
            advice: "leave it out or use data with images")
    }

    /// Returns why a shift of labels cannot be used with these samples; nil if it can.
    func labelProblem(_ kind: String) -> ShiftProblem? {
        guard classes > 0 else {
            return ShiftProblem(
                expected: "samples with a class for \(kind)", found: "targets that are numbers",
                advice: "leave it out or use data with classes")
        }
        guard targetWidth == 1, !hasSymbols else {
            return ShiftProblem(
                expected: "samples with one class each for \(kind)",
                found: hasSymbols ? "text, whose labels are its own characters" : "several labels",
                advice: "leave it out")
        }
        guard classes >= 2 else {
            return ShiftProblem(
                expected: "2 classes or more for \(kind)", found: "\(classes)",
                advice: "leave it out")
        }
        return nil
    }
}

/// The samples of one client, while shifts change them one after the other.
public struct ClientSamples {
    /// The number of the client, from 0.
    public let client: Int
    /// The number of all clients.
    public let clients: Int
    /// What the samples are.
    public let form: ShiftedForm
    /// Whether each sample is one that the client trains on, shape (samples).
    public let isTraining: [Bool]
    /// The features, shape (samples, shape...).
    public private(set) var features: DecodedDataset.Features
    /// The labels, shape (samples, target width); empty if the targets are numbers.
    public var labels: [Int32]

    /// Makes the samples of a client.
    init(
        client: Int, of clients: Int, _ form: ShiftedForm, isTraining: [Bool],
        features: DecodedDataset.Features, labels: [Int32]
    ) {
        (self.client, self.clients, self.form) = (client, clients, form)
        (self.isTraining, self.features, self.labels) = (isTraining, features, labels)
    }

    /// The numbers in one sample.
    var width: Int { form.shape.reduce(1, *) }

    /// Passes the features, shape (samples, shape...), to `body`. They must be numbers.
    mutating func withNumbers<E: Error>(
        _ body: (inout [Float]) throws(E) -> Void
    ) throws(E) {
        guard case .floats(var values) = features else { return }
        // Without this the values would have two owners, and the change would copy them.
        features = .floats([])
        defer { features = .floats(values) }
        try body(&values)
    }

    /// Puts the places of each sample into another order. Each place has `channels` numbers.
    ///
    /// - Parameter order: the old place whose numbers move to each place, shape (places).
    mutating func move(to order: [Int32], channels: Int) {
        switch features {
        case .bytes(let values): features = .bytes(moved(values, order, channels))
        case .symbols, .wideSymbols: break
        case .floats(let values): features = .floats(moved(values, order, channels))
        }
    }

    private func moved<T>(_ values: [T], _ order: [Int32], _ channels: Int) -> [T] {
        var result: [T] = []
        result.reserveCapacity(values.count)
        for first in stride(from: 0, to: values.count, by: width) {
            for place in order {
                let start = first + Int(place) * channels
                for channel in 0..<channels { result.append(values[start + channel]) }
            }
        }
        return result
    }
}
