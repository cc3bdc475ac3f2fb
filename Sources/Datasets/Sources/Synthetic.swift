import RandomStreams
import RealModule
import Settings

/// Synthetic(α, β) of the FedProx paper: each owner has a labelling rule and a distribution of
/// its own. α sets how much the rules differ, and β how much the distributions do.
///
///     u_k ~ N(0, α²),  W_k ~ N(u_k, 1),  b_k ~ N(u_k, 1)        (10, 60), (10)
///     B_k ~ N(0, β²),  v_k ~ N(B_k, 1)                           (60)
///     x ~ N(v_k, Σ),  Σ_jj = j^−1.2,     y = argmax(W_k x + b_k)
///
/// Owner k has floor(exp(4 + 2z)) + 50 samples, z ~ N(0, 1). The first floor((1 − test_fraction) n)
/// are for training, the others for testing. With `iid` all owners share one W, b ~ N(0, 1) and
/// v = 0, and α and β have no effect.
///
/// - Streams of purpose `.data`: (client k, round 0) gives the size, u, W by class, b, B and v of
///   owner k, (client k, round 1) its samples; (client 0, round 2) the W and b of `iid`. So more
///   owners change none of the others.
/// - Source: Li et al. 2020, arXiv 1812.06127, section 5.1, after Shamir et al. 2014.
/// - The paper writes N(0, α); its released code, which is followed here, takes α and β as standard
///   deviations. The two differ for neither of 0 and 1, but for 0.5.
package struct Synthetic: DataSource {
    package static let algorithm = Algorithm("synthetic", revision: 1)
    private let alpha: Double
    private let beta: Double
    private let owners: Int
    private let isIID: Bool
    private let testFraction: Double
    private static let features = 60
    private static let classes = 10
    private static let largestPart = 1 << 30

    init(_ settings: Settings) {
        alpha = settings.number(
            "alpha", default: 1, in: .between(0, 1e6),
            "standard deviation between the labelling rules of owners")
        beta = settings.number(
            "beta", default: 1, in: .between(0, 1e6),
            "standard deviation between the features of owners")
        owners = settings.integer(
            "owners", default: 30, in: .between(1, 100_000), "how many have samples of their own")
        isIID = settings.flag("iid", default: false, "give all owners one rule and distribution")
        testFraction = settings.number(
            "test_fraction", default: 0.1, in: .fraction,
            "share of each owner's samples that is for testing")
    }

    package init(
        alpha: Double, beta: Double, owners: Int, isIID: Bool = false, testFraction: Double = 0.1
    ) {
        (self.alpha, self.beta, self.owners) = (alpha, beta, owners)
        (self.isIID, self.testFraction) = (isIID, testFraction)
    }

    package var usesSeed: Bool { true }

    package func addFacts(to facts: inout KeyFacts) throws(DataError) {
        facts.add("alpha", alpha)
        facts.add("beta", beta)
        facts.add("owners", owners)
        facts.add("iid", isIID)
        facts.add("test_fraction", testFraction)
    }

    package func decode(seed: UInt64) throws(DataError) -> DecodedDataset {
        let sizes = (0..<owners).map { Rule.size(of: $0, seed: seed) }
        let trainCounts = sizes.map { Int((1 - testFraction) * Double($0)) }
        try check(sizes, trainCounts)
        var (train, test) = (Part(), Part())
        var ofTrain: [Int32] = []
        let shared = isIID ? Rule.shared(seed: seed) : nil
        for owner in 0..<owners {
            let rule = shared ?? Rule(owner, alpha: alpha, beta: beta, seed: seed)
            var stream = RandomKey(seed: seed, .data, client: UInt32(owner), round: 1).stream()
            for index in 0..<sizes[owner] {
                if index < trainCounts[owner] {
                    train.add(rule, &stream)
                    ofTrain.append(Int32(owner))
                } else {
                    test.add(rule, &stream)
                }
            }
        }
        return DecodedDataset(
            sampleShape: [Self.features], classes: Self.classes, train: train.samples,
            test: test.samples,
            owners: DecodedDataset.Owners(
                kind: "owners", names: (0..<owners).map(String.init), ofTrain: ofTrain))
    }

    /// Throws an error if the sizes are too large or leave no training sample. No sample is drawn
    /// before this check.
    private func check(_ sizes: [Int], _ trainCounts: [Int]) throws(DataError) {
        let numbers = sizes.reduce(0, +) * Self.features
        guard numbers <= Self.largestPart else {
            throw .impossible(
                dataset: "synthetic",
                reason: mismatch(
                    "at most \(Self.largestPart.grouped) numbers",
                    "\(numbers.grouped) in the samples of \(owners.grouped) owners",
                    "use fewer owners"))
        }
        guard trainCounts.contains(where: { $0 > 0 }) else {
            throw .impossible(
                dataset: "synthetic",
                reason: mismatch(
                    "an owner with a training sample",
                    "none (the largest owner has \(counted(sizes.max() ?? 0, "sample")) and "
                        + "test_fraction is \(testFraction))", "lower test_fraction"))
        }
    }

    /// The samples of one part so far.
    private struct Part {
        var features: [Float] = []
        var labels: [Int32] = []
        // Reused for every sample.
        private var x = [Double](repeating: 0, count: Synthetic.features)

        mutating func add(_ rule: Rule, _ stream: inout RandomStream) {
            for index in x.indices {
                x[index] = rule.mean[index] + Rule.deviations[index] * stream.normal()
            }
            features.append(contentsOf: x.lazy.map { Float($0) })
            labels.append(rule.label(x))
        }

        var samples: DecodedDataset.Samples {
            DecodedDataset.Samples(features: .floats(features), labels: labels)
        }
    }

    /// How an owner's samples are drawn and labelled.
    private struct Rule {
        /// The weights of the labelling rule, shape (classes, features).
        var weights: [Double] = []
        var biases: [Double] = []
        var mean: [Double] = []
        static let deviations = (1...Synthetic.features).map { Double.pow(Double($0), -0.6) }

        /// Returns the number of samples of an owner: the first number of its stream.
        static func size(of owner: Int, seed: UInt64) -> Int {
            var stream = RandomKey(seed: seed, .data, client: UInt32(owner)).stream()
            return size(&stream)
        }

        private static func size(_ stream: inout RandomStream) -> Int {
            Int(Double.exp(4 + 2 * stream.normal())) + 50
        }

        private init() {}

        /// The rule of an owner.
        init(_ owner: Int, alpha: Double, beta: Double, seed: UInt64) {
            var stream = RandomKey(seed: seed, .data, client: UInt32(owner)).stream()
            _ = Self.size(&stream)
            let centre = alpha * stream.normal()
            drawWeights(around: centre, &stream)
            let meanOfMeans = beta * stream.normal()
            for _ in 0..<Synthetic.features { mean.append(meanOfMeans + stream.normal()) }
        }

        static func shared(seed: UInt64) -> Rule {
            var stream = RandomKey(seed: seed, .data, client: 0, round: 2).stream()
            var rule = Rule()
            rule.drawWeights(around: 0, &stream)
            rule.mean = [Double](repeating: 0, count: Synthetic.features)
            return rule
        }

        private mutating func drawWeights(around centre: Double, _ stream: inout RandomStream) {
            for _ in 0..<Synthetic.classes * Synthetic.features {
                weights.append(centre + stream.normal())
            }
            for _ in 0..<Synthetic.classes { biases.append(centre + stream.normal()) }
        }

        /// Returns the class with the largest logit; the first one of equals.
        func label(_ x: [Double]) -> Int32 {
            var best = (label: 0, logit: -Double.infinity)
            for label in 0..<Synthetic.classes {
                var logit = biases[label]
                let first = label * Synthetic.features
                for index in x.indices { logit += weights[first + index] * x[index] }
                if logit > best.logit { best = (label, logit) }
            }
            return Int32(best.label)
        }
    }
}
