import Datasets
import Foundation
import RandomStreams
import Settings
import Testing

/// One skew with random settings on random samples, and what its partition must fulfil.
struct SkewTrial: CustomStringConvertible {
    /// How many of the samples the clients get.
    enum Coverage {
        /// Each sample once.
        case all
        /// Each sample at most once.
        case part
        /// Samples may repeat.
        case repeats
    }

    let kind: String
    let settings: String
    let samples: TrainingSamples
    let clients: Int
    let coverage: Coverage
    let minSamples: Int
    let seed: UInt64

    var description: String {
        "seed \(seed): { kind: \(kind), \(settings) }, \(clients) clients, \(samples.count) samples"
    }

    /// Makes the skew from its settings, as a scenario does.
    func skew() throws -> any Skew {
        let yaml = "skew: { kind: \(kind), \(settings) }"
        return try SettingsTree(yaml: yaml, file: "demo.yaml").load { settings in
            settings.component("skew", from: skews, default: "iid", "")
        }.value
    }

    func draw(seed: UInt64 = 1) throws -> Partition {
        try skew().partition(
            samples, among: clients, key: RandomKey(seed: seed, .partition))
    }

    /// Makes random samples: some classes may be empty, features have equal values.
    static func samples(_ stream: inout RandomStream, count: Int, classes: Int) -> TrainingSamples {
        let weights = (0..<classes).map { _ in stream.uniform() }
        let labels = (0..<count).map { _ -> Int32 in
            // Two tries, so that classes differ in size.
            let (one, other) = (stream.below(classes), stream.below(classes))
            return Int32(weights[one] > weights[other] ? one : other)
        }
        let owners = (0..<count).map { _ in Int32(stream.below(40) * stream.below(2)) }
        let values = (0..<count * 3).map { _ in Float((8 * stream.normal()).rounded()) }
        var samples = TrainingSamples(
            labels: labels, classes: classes, owners: owners,
            ownerNames: (0..<40).map { "o\($0)" })
        samples.features = SampleFeatures(width: 3, hasNumbers: false) { column in
            (0..<count).map { sample in
                switch column {
                case .mean, .target: values[3 * sample] + values[3 * sample + 1]
                case .feature(let index): values[3 * sample + index]
                }
            }
        }
        return samples
    }
}

extension SkewTrial {
    /// Makes a trial of a kind; nil for a kind that has none.
    ///
    /// - Parameter folder: a folder for the files of `explicit`.
    init?(_ kind: String, seed: UInt64, folder: TemporaryFolder) throws {
        var stream = RandomKey(seed: seed, .faults).stream()
        let classes = 2 + stream.below(11)
        var clients = 1 + stream.below(16)
        let samples = Self.samples(&stream, count: 150 + stream.below(900), classes: classes)
        func number(_ low: Double, _ high: Double) -> Double {
            low + (high - low) * stream.uniform()
        }
        func word(_ words: String...) -> String { words[stream.below(words.count)] }
        let alpha = pow(10, number(-1.3, 2))
        var minSamples = 1 + stream.below(6)
        var coverage = Coverage.all
        var settings: String
        switch kind {
        case "iid": (settings, minSamples) = ("", samples.count / clients)
        case "dirichlet":
            (settings, coverage) = Self.dirichlet(&stream)
            settings += ", alpha: \(alpha), min_samples: \(minSamples)"
        case "shards":
            minSamples = 1 + stream.below(4)
            (settings, coverage) = Self.shards(&stream, minSamples)
        case "classes_per_client":
            settings = Self.classesPerClient(&stream, classes)
            settings += ", min_samples: \(minSamples)"
            coverage = .part
        case "percentage":
            settings = "percent: \(word("0", "100", "37.5"))"
            minSamples = samples.count / clients
        case "quantity":
            let sizes: [Int]
            (settings, sizes) = Self.quantity(&stream, clients, samples.count)
            if let least = sizes.min() {
                (coverage, minSamples) = (.part, least)
            } else {
                settings += ", min_samples: \(minSamples)"
            }
        case "lognormal":
            minSamples = 1 + stream.below(2)
            settings = "classes: 1, first_samples: \(minSamples), sigma: \(number(0, 3))"
            coverage = .part
        case "continuous":
            settings = Self.continuous(&stream)
            minSamples = samples.count / clients
        case "feature_bins":
            settings = Self.featureBins(&stream, alpha, minSamples)
        case "two_owners":
            clients = 1 + stream.below(classes)
            settings = "alpha: \(alpha), min_samples: \(minSamples)"
        case "natural":
            settings = Self.natural(&stream) + ", min_samples: \(minSamples)"
            coverage = .part
        case "explicit":
            (settings, clients) = try Self.explicit(&stream, samples, clients, folder)
            (coverage, minSamples) = (.part, 1)
        default: return nil
        }
        self.init(
            kind: kind, settings: settings, samples: samples, clients: clients,
            coverage: coverage, minSamples: minSamples, seed: seed)
    }

    private static func continuous(_ stream: inout RandomStream) -> String {
        let (feature, strength) = (stream.below(3), stream.below(3))
        return "feature: \(["mean", "0", "2"][feature]), strength: \([0, 0.4, 1][strength])"
    }

    private static func featureBins(
        _ stream: inout RandomStream, _ alpha: Double, _ minSamples: Int
    ) -> String {
        let feature = ["mean", "0", "2"][stream.below(3)]
        return "feature: \(feature), bins: \(2 + stream.below(30)), alpha: \(alpha),"
            + " min_samples: \(minSamples)"
    }

    private static func shards(_ stream: inout RandomStream, _ count: Int) -> (String, Coverage) {
        let drops = stream.below(2) == 0
        return (
            "per_client: \(count), left_over: \(drops ? "drop" : "spread")", drops ? .part : .all
        )
    }

    private static func natural(_ stream: inout RandomStream) -> String {
        let choose = ["largest", "sampled"][stream.below(2)]
        return "group: \(1 + stream.below(3)), choose: \(choose)"
    }

    private static func classesPerClient(_ stream: inout RandomStream, _ classes: Int) -> String {
        let mode = ["one_fixed", "random", "consecutive"][stream.below(3)]
        return "classes: \(1 + stream.below(classes)), mode: \(mode)"
    }

    private static func dirichlet(_ stream: inout RandomStream) -> (String, Coverage) {
        func word(_ words: String...) -> String { words[stream.below(words.count)] }
        let procedure = word(
            "per_class", "per_client", "with_replacement", "per_class_normalized")
        let settings = "procedure: \(procedure)"
        switch procedure {
        case "per_class": return ("\(settings), balanced: \(word("true", "false"))", .all)
        case "per_client": return ("\(settings), prior: \(word("uniform", "global"))", .all)
        case "with_replacement":
            return ("\(settings), samples_per_client: \(20 + stream.below(100))", .repeats)
        default: return (settings, .all)
        }
    }

    /// Makes the settings of a law, and the sizes if they are given.
    private static func quantity(
        _ stream: inout RandomStream, _ clients: Int, _ samples: Int
    ) -> (String, sizes: [Int]) {
        let laws = ["dirichlet", "power", "lognormal", "linear", "square", "sizes"]
        let law = laws[stream.below(laws.count)]
        guard law == "sizes" else { return ("law: \(law)", []) }
        let sizes = (0..<clients).map { _ in 1 + stream.below(samples / clients) }
        return ("law: sizes, sizes: \(sizes)", sizes)
    }

    /// Makes a table, a file with a table, or a file with indices.
    private static func explicit(
        _ stream: inout RandomStream, _ samples: TrainingSamples, _ clients: Int,
        _ folder: TemporaryFolder
    ) throws -> (settings: String, clients: Int) {
        if stream.below(3) == 0 {
            let partition = try IID().partition(
                samples, among: clients, key: RandomKey(seed: 3, .partition))
            let path = try folder.write("p.json", Array("\(parts(partition))".utf8))
            return ("file: \(path)", clients)
        }
        var counts = [Int](repeating: 0, count: samples.classes)
        for label in samples.labels ?? [] { counts[Int(label)] += 1 }
        let table = counts.map { count in (0..<clients).map { _ in count / clients } }
        guard stream.below(2) == 0 else { return ("table: \(table)", clients) }
        let rows = table.map { $0.map(String.init).joined(separator: ",") + "\n" }
        return ("table_file: \(try folder.write("t.csv", Array(rows.joined().utf8)))", clients)
    }
}
