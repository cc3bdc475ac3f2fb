public import Datasets
import RandomStreams
import Settings

/// `data`: which samples there are, and which client owns which.
public struct DataSection: Sendable {
    /// The kind of data set, as in `hyperfed list`.
    public let datasetKind: String
    /// Where the samples come from.
    public let source: any DataSource
    /// The kind of skew.
    public let skewKind: String
    /// How samples are dealt to clients.
    public let skew: any Skew
    /// Share of each client's samples that is held out for validation, where it is given.
    public let validationFraction: Double?
    /// Share of each client's samples that is held out for tests.
    public let clientTestFraction: Double
    /// Which of a client's samples are held out.
    public let holdout: Holdout.Choice
    /// The seed of the partition and of generated data: runs with other training seeds can share
    /// one partition.
    public let seed: UInt64

    init(_ settings: Settings, seed: UInt64) {
        (datasetKind, source) = settings.namedComponent(
            "dataset", from: dataSources, default: "gaussian_clusters", mustBeGiven: true,
            "the data set; it has no default")
        if !settings.isGiven("dataset") {
            settings.reportMissing(
                "dataset",
                "data.dataset: expected a data set, such as 'data: { dataset: digits }', found"
                    + " none; 'hyperfed list datasets' names them all")
        }
        (skewKind, skew) = settings.namedComponent(
            "skew", from: skews, default: "iid", "how the data differ between clients")
        validationFraction = settings.optionalNumber(
            "validation_fraction", in: .fraction,
            "share of each client's samples held out for validation; where not given, 0.2 if the"
                + " client scheduler needs them, else 0")
        clientTestFraction = settings.number(
            "client_test_fraction", default: 0, in: .fraction,
            "share of each client's samples held out for tests on the client")
        if (validationFraction ?? 0) + clientTestFraction >= 1 {
            settings.reject(
                "client_test_fraction",
                "validation_fraction and client_test_fraction leave nothing to train on; together"
                    + " they must be less than 1")
        }
        holdout = settings.choice(
            "holdout", of: ["drawn": .drawn, "last": .last], default: "drawn",
            "which of a client's samples are held out: drawn by the seed, or the last in the data")
        let own = settings.optionalUnsigned(
            "seed", "seed of the partition; derived from the run's if not given")
        var derived = RandomKey(seed: seed, .seeds).stream()
        self.seed = own ?? derived.bits()
    }
}
