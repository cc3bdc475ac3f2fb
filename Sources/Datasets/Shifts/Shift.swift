public import RandomStreams
public import Settings

/// A change of the clients' samples after the partition: fewer samples, other features, or other
/// labels.
///
/// A shift only remembers its settings when it is made. Equal samples, clients and keys give equal
/// results. A client without samples is allowed and stays as it is.
public protocol Shift: Sendable {
    /// The name and the revision of this shift's rules.
    static var algorithm: Algorithm { get }
    /// The number of the kind in the keys of its streams. It is part of results: never renumber.
    static var stream: UInt32 { get }
    /// When the shift is applied.
    static var stage: ShiftStage { get }
    /// Adds each setting that the result depends on.
    func addFacts(to facts: inout KeyFacts)
    /// Returns why the shift does not fit a data set or a number of clients; nil if it fits.
    func problem(with data: ShiftedForm, clients: Int) -> ShiftProblem?
    /// Whether the shift changes only the samples that a client trains on.
    var changesTrainingOnly: Bool { get }
    /// Whether the shift computes new numbers, so that features cannot stay bytes.
    var computesFeatures: Bool { get }
    /// Returns how many samples each client keeps, shape (clients), at most its own number.
    ///
    /// - Parameter key: names the streams of this shift. Its client is replaced by the number of
    ///   the stream.
    func keptCounts(of sizes: [Int], key: RandomKey) -> [Int]
    /// Draws what all clients share. It is called once, before `apply`.
    ///
    /// - Parameter key: as for `keptCounts`.
    mutating func begin(clients: Int, key: RandomKey)
    /// Changes the samples of one client.
    ///
    /// - Parameter key: as for `keptCounts`. The client's own stream has the client's number.
    func apply(to samples: inout ClientSamples, key: RandomKey) throws(ShiftProblem)
}

/// The stage at which a shift is applied. A list of shifts follows this order.
public enum ShiftStage: Int, Sendable, Comparable {
    /// Which samples a client keeps.
    case quantity = 2
    /// The features of samples.
    case features = 3
    /// The labels of samples.
    case labels = 4

    /// Compares the stages by the order in which they are applied.
    public static func < (one: Self, other: Self) -> Bool { one.rawValue < other.rawValue }
}

/// All shifts that a scenario can name, in the order of their stages. The origin says whose
/// procedure each is, and what other tools call it.
public let shifts: [Registered<any Shift>] = [
    Registered(
        "quantity", "each client keeps a part of its samples",
        origin: "NIID-Bench iid-diff-quantity, on top of another skew; Flower's size partitioners",
        QuantityShift.init),
    Registered(
        "noise", "Gaussian noise on features, by level or by cell of the image",
        origin: "NIID-Bench noise and noise_type level or space, drawn once",
        NoiseShift.init),
    Registered(
        "rotation", "images turned by an angle for each group of clients",
        origin: "IFCA (Ghosh et al. 2020); Rotated MNIST", RotationShift.init),
    Registered(
        "permutation", "pixels or features in another order for each group of clients",
        origin: "Goodfellow et al. 2013; Permuted MNIST", PermutationShift.init),
    Registered(
        "brightness", "contrast and brightness of images, drawn for each client",
        origin: "color jitter of image libraries, one draw for each client", BrightnessShift.init),
    Registered(
        "label_noise", "wrong labels of training samples, for a share of clients or growing",
        origin: "symmetric and pair: Co-teaching (Han et al. 2018); clients: FedCorr (Xu et al. "
            + "2022)",
        LabelNoiseShift.init),
    Registered(
        "concept", "other labels for the same inputs in each group of clients",
        origin: "swaps: FedDrift (Jothimurugesan et al. 2023); concept shift; clustered federated "
            + "learning",
        ConceptShift.init),
]

extension Shift {
    /// By default, a shift also changes the samples that a client holds out.
    public var changesTrainingOnly: Bool { false }

    /// By default, a shift moves numbers or changes labels, so that bytes stay bytes.
    public var computesFeatures: Bool { false }

    /// Returns the sizes as they are. By default, a shift keeps all samples.
    public func keptCounts(of sizes: [Int], key: RandomKey) -> [Int] { sizes }

    /// Draws nothing. By default, clients share no draw.
    public mutating func begin(clients: Int, key: RandomKey) {}

    /// Changes nothing. By default, a shift leaves the samples as they are.
    public func apply(to samples: inout ClientSamples, key: RandomKey) throws(ShiftProblem) {}
}

/// Why a shift cannot be applied.
public struct ShiftProblem: Error, Equatable, Sendable {
    /// The key of the shift that could change this; empty for the shift as a whole.
    public let key: String
    /// The reason: "expected X, found Y; do Z".
    public let text: String

    /// Makes a problem of one key.
    init(_ key: String = "", expected: String, found: String, advice: String = "") {
        self.key = key
        text = mismatch(expected, found, advice.isEmpty ? nil : advice)
    }

    /// Makes the problem that some groups of clients would be empty; nil if there is none.
    init?(_ key: String, groups: Int, clients: Int) {
        guard groups > clients else { return nil }
        self.init(
            key, expected: "at most \(counted(clients, "group")), one client each",
            found: "\(groups.grouped) groups, of which \((groups - clients).grouped) without a"
                + " client", advice: "use fewer groups or more clients")
    }
}

extension RandomKey {
    /// Returns the key of a client's own stream of a shift.
    func ofClient(_ number: Int) -> RandomKey { part(UInt32(number), round) }

    /// Returns the key of a stream that all clients share, such as that of a group.
    func shared(_ number: Int = 0) -> RandomKey { part(1 << 31 + UInt32(number), round) }
}
