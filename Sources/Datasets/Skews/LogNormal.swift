package import RandomStreams
import RealModule
import Settings

/// Each client owns k successive classes, in amounts from a log-normal distribution.
///
/// 1. Client j owns the classes j, j + 1, ..., j + k − 1 mod C of the C classes that have samples.
/// 2. Each owner of a class gets first_samples samples of it.
/// 3. The rest of the class is cut by proportions e^(sigma z), z ~ N(0, 1), one for each owner in
///    client order. Shares end at floor(r (q_0 + ... + q_i)), the last one at the end.
/// 4. Shuffle the samples of each class before the cuts, and those of each client at the end.
///
/// - Streams: (client j, round i) draws z of the i-th class of client j. Client 2^30 + c shuffles
///   class c, and client 2^31 + j shuffles client j.
/// - Source: Li et al. 2020 (FedProx), arXiv 1812.06127, code for MNIST: 1,000 clients, k = 2,
///   sigma = 2, 5 samples first.
/// - FedProx's code differs: it rounds each share down and does not deal the rest. It also does not
///   deal a share that would pass the end of the class.
package struct LogNormal: Skew {
    package static let algorithm = Algorithm("lognormal", revision: 1)
    package static let remainder = SkewRemainder(
        "lognormal", classAdvice: "raise clients.count or data.skew.classes")
    private let classes: Int
    private let sigma: Double
    private let firstSamples: Int

    init(_ settings: Settings) {
        classes = settings.classesPerClient()
        sigma = settings.number(
            "sigma", default: 2, in: .between(0, 100),
            "standard deviation of the logarithms of the amounts")
        firstSamples = settings.integer(
            "first_samples", default: 5, in: .between(1, 1_000_000_000),
            "samples of each of its classes that a client gets at least")
    }

    package func addFacts(to facts: inout KeyFacts) {
        facts.add("classes", classes)
        facts.add("sigma", sigma)
        facts.add("first_samples", firstSamples)
    }

    package func assign(
        _ samples: TrainingSamples, to clients: Int, key: RandomKey
    ) throws(PartitionError) -> Partition {
        let blocks = ClassBlocks(labels: try labels(of: samples), classes: samples.classes)
        let present = try blocks.present(forEach: classes)
        // The owners of each class in client order, and which of its classes it is.
        var owners = [[(client: Int, position: Int)]](repeating: [], count: present.count)
        for client in 0..<clients {
            for position in 0..<classes {
                owners[(client + position) % present.count].append((client, position))
            }
        }
        var owned: [OwnedClass] = []
        for (index, own) in zip(present, owners) {
            let count = blocks.count(of: index)
            guard firstSamples * own.count <= count else {
                throw refusal(samples: count, owners: own.count)
            }
            let logarithms = own.map { cell in
                var stream = key.part(UInt32(cell.client), UInt32(cell.position)).stream()
                return sigma * stream.normal()
            }
            let shares = RandomStream.proportions(ofLogarithms: logarithms)
            var start = 0
            let sizes = ends(of: shares, samples: count - firstSamples * own.count).map { end in
                defer { start = end }
                return firstSamples + end - start
            }
            owned.append(OwnedClass(index: index, owners: own.map(\.client), sizes: sizes))
        }
        return blocks.partition(
            owned, sizes: OwnedClass.sizes(of: owned, clients: clients), key: key)
    }

    private func refusal(samples: Int, owners: Int) -> PartitionError {
        let most = samples / owners
        return .unsuitable(
            key: "data.skew.first_samples",
            expected: "\((firstSamples * owners).grouped) samples of a class for its"
                + " \(counted(owners, "owner"))",
            found: samples.grouped,
            advice: "use fewer clients or classes"
                + (most >= 1 ? ", or first_samples of at most \(most.grouped)" : ""))
    }
}
