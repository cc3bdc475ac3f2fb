public import Datasets
import RandomStreams
import Settings

/// The section `data`: the samples, and which client owns which.
public struct DataSection: Sendable {
    /// The kind of the data set, as in `hyperfed list`.
    public let datasetKind: String
    /// The source of the samples.
    public let source: any DataSource
    /// The skew and the shifts of each phase. The first phase begins with round 0; there are more
    /// of them only if the data drift.
    public let phases: [DataPhaseSettings]
    /// The share of each client's samples that is held out for validation; nil if not given.
    public let validationFraction: Double?
    /// The share of each client's samples that is held out for tests.
    public let clientTestFraction: Double
    /// The rule that chooses the held-out samples of a client.
    public let holdout: Holdout.Choice
    /// The seed of the partition and of generated data. Runs with different training seeds can
    /// share one partition.
    public let seed: UInt64

    init(_ settings: Settings, seed: UInt64) {
        (datasetKind, source) = settings.namedComponent(
            "dataset", from: dataSources, default: "gaussian_clusters", mustBeGiven: true,
            "data set; it has no default")
        if !settings.isGiven("dataset") {
            settings.reportMissing(
                "dataset", expected: "a data set such as 'data: { dataset: digits }'",
                advice: "choose one of 'hyperfed list datasets'")
        }
        let (skewKind, skew) = settings.namedComponent(
            "skew", from: skews, default: "iid", "way in which the data differ between clients")
        var first = DataPhaseSettings(skewKind: skewKind, skew: skew)
        if let (kinds, shifts) = Self.shifts(settings) {
            (first.shiftKinds, first.shifts) = (kinds, shifts)
        }
        phases = Self.phases(settings, first: first)
        validationFraction = settings.optionalNumber(
            "validation_fraction", in: .fraction,
            "share of each client's samples held out for validation; by default 0.2 if the client"
                + " scheduler needs them, else 0")
        clientTestFraction = settings.number(
            "client_test_fraction", default: 0, in: .fraction,
            "share of each client's samples held out for tests on the client")
        if (validationFraction ?? 0) + clientTestFraction >= 1 {
            let validation = validationFraction ?? 0
            settings.reject(
                "client_test_fraction",
                expected: "less than \(1 - validation), the rest of validation_fraction",
                found: "\(clientTestFraction)",
                advice: "lower one of them, so that samples to train on remain")
        }
        holdout = settings.choice(
            "holdout", of: ["drawn": .drawn, "last": .last], default: "drawn",
            "held-out samples of a client: drawn by the seed, or the last ones in the data")
        let own = settings.optionalUnsigned(
            "seed", "seed of the partition; by default it follows from the seed of the run")
        var derived = RandomKey(seed: seed, .seeds).stream()
        self.seed = own ?? derived.bits()
    }

    /// The kind of the first phase's skew.
    public var skewKind: String { phases[0].skewKind }
    /// The skew of the first phase.
    public var skew: any Skew { phases[0].skew }
}
