import Datasets
import Models
import RandomStreams

/// Softmax regression trained by hand: no blocks, no products of matrices, all in Double.
///
/// It shares the order of the batches with the real trainer, and nothing else.
struct PlainTraining {
    let fixture: Fixture
    var weights: [[Double]]
    var biases: [Double]
    private(set) var rates: [Double] = []
    private(set) var lossSum = 0.0
    private(set) var samplesSeen = 0
    private let start: [Double]

    /// Starts from flat parameters.
    init(_ fixture: Fixture, flat: [Float]) {
        self.fixture = fixture
        let views = fixture.network.layout.views
        let matrix = fixture.network.layout.tensor(views[0], of: flat).map(Double.init)
        let width = fixture.features
        weights = (0..<fixture.classes).map { Array(matrix[$0 * width..<($0 + 1) * width]) }
        biases = fixture.network.layout.tensor(views[1], of: flat).map(Double.init)
        start = matrix + biases
    }

    /// Weights by class, then biases.
    var parameters: [Double] { weights.flatMap { $0 } + biases }

    /// What training added to the parameters.
    var update: [Double] { zip(parameters, start).map { $0 - $1 } }

    /// Loss of one sample, its class probabilities, and the class with the largest logit.
    func probabilities(_ x: [Double], label: Int) -> (loss: Double, p: [Double], best: Int) {
        let logits = zip(weights, biases).map { row, bias in
            zip(row, x).reduce(bias) { $0 + $1.0 * $1.1 }
        }
        let largest = logits.max() ?? 0
        let shares = logits.map { exponential($0 - largest) }
        let sum = shares.reduce(0, +)
        return (
            logarithm(sum) + largest - logits[label], shares.map { $0 / sum },
            logits.firstIndex(of: largest) ?? 0
        )
    }

    /// The gradient of the mean loss over a batch, in the order of `parameters`.
    private mutating func gradient(_ batch: ArraySlice<Int32>) -> [Double] {
        let width = fixture.features
        var result = [Double](repeating: 0, count: start.count)
        for index in batch {
            let (x, label) = fixture.sample(index, of: .train)
            let (loss, p, _) = probabilities(x, label: label)
            lossSum += loss
            samplesSeen += 1
            for c in 0..<fixture.classes {
                let error = (p[c] - (c == label ? 1 : 0)) / Double(batch.count)
                for f in 0..<width { result[c * width + f] += error * x[f] }
                result[fixture.classes * width + c] += error
            }
        }
        return result
    }

    /// One task. `rate` gives each step's rate from its number, its gradient, the one before, the
    /// rate before and how many steps there are.
    mutating func train(
        client: Int, round: UInt32, plan: Plan, momentum: Double, startRate: Double,
        rate: (_ step: Int, _ g: [Double], _ before: [Double], _ rate: Double, _ count: Int)
            -> Double
    ) {
        var order = BatchOrder()
        order.begin(
            client: client, of: fixture.partition, batchSize: plan.batchSize,
            length: plan.length,
            key: RandomKey(seed: 9, .batches, client: UInt32(client), round: round))
        var velocity = [Double](repeating: 0, count: start.count)
        var before: [Double] = []
        var current = startRate
        while let batch = order.next() {
            let terms = zip(parameters, start).map { w, start in
                plan.weightDecay * w + plan.proximal * (w - start)
            }
            let g = zip(gradient(batch), terms).map { $0 + $1 }
            current = rate(rates.count, g, before, current, order.stepCount)
            rates.append(current)
            velocity = zip(velocity, g).map { momentum * $0 + $1 }
            let width = fixture.features
            for c in 0..<fixture.classes {
                for f in 0..<width { weights[c][f] -= current * velocity[c * width + f] }
                biases[c] -= current * velocity[fixture.classes * width + c]
            }
            before = g
        }
    }
}
