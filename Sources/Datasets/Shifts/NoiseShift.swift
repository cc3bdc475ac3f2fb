package import RandomStreams
import Settings

/// Noise: each client j has its own Gaussian noise on its features.
///
///     levels:  x ← x + σ j / (N − 1) z,   z ~ N(0, 1) for each number of each sample
///     space:   x ← x + σ z inside the client's own cell of the image
///
/// With `levels`, client 0 has no noise and the last client has the most. One client has none. With
/// `space`, the image is cut into g × g cells, where g is the smallest number with g² ≥ N. Client j
/// has the cell in row j div g, column j mod g. Numbers can leave the range of pixels.
///
/// - Streams: client j draws the noise of its samples, in their order. So each sample is drawn
///   once, and it is the same in each epoch.
/// - Source: Li et al. 2022 (NIID-Bench), arXiv 2102.02079, noise-based feature imbalance.
/// - NIID-Bench differs: it draws fresh noise at each reading of a sample. Its text names the
///   variance σ i / N, its code uses the deviation.
package struct NoiseShift: Shift {
    package static let algorithm = Algorithm("noise", revision: 1)
    package static let stream: UInt32 = 1
    package static let stage = ShiftStage.features
    /// Which part of a client's features has noise.
    package enum Mode: String, Sendable {
        /// All features; the deviation grows from client to client.
        case levels
        /// One cell of the image for each client.
        case space
    }

    private let sigma: Double
    private let mode: Mode

    init(_ settings: Settings) {
        sigma = settings.number(
            "sigma", default: 0.1, in: .between(0, 1e6),
            "standard deviation σ of the noise, in the unit of the features; pixels are 0 to 1")
        mode = settings.choice(
            "mode", of: ["levels": Mode.levels, "space": .space], default: "levels",
            "noise that grows from client to client, or in one cell of the image for each client")
    }

    package init(sigma: Double, mode: Mode = .levels) { (self.sigma, self.mode) = (sigma, mode) }

    package func addFacts(to facts: inout KeyFacts) {
        facts.add("sigma", sigma)
        facts.add("mode", mode.rawValue)
    }

    package func problem(with data: ShiftedForm, clients: Int) -> ShiftProblem? {
        if let problem = data.featureProblem("noise", needsImage: mode == .space) { return problem }
        guard mode == .space, let (height, width) = data.image else { return nil }
        let side = Self.cellsPerSide(clients)
        guard side > min(height, width) else { return nil }
        return ShiftProblem(
            "mode", expected: "a cell of at least one pixel for each of \(clients.grouped) clients",
            found: "images of \(height) x \(width) pixels for \(side) x \(side) cells",
            advice: "use mode: levels or fewer clients")
    }

    package var computesFeatures: Bool { true }

    package func apply(to samples: inout ClientSamples, key: RandomKey) throws(ShiftProblem) {
        let (client, clients, width) = (samples.client, samples.clients, samples.width)
        let deviation: Double
        let places: [Int]
        switch mode {
        case .levels:
            deviation = clients > 1 ? sigma * Double(client) / Double(clients - 1) : 0
            places = Array(0..<width)
        case .space:
            deviation = sigma
            places = Self.cell(of: client, clients, samples.form)
        }
        guard deviation > 0 else { return }
        var stream = key.ofClient(client).stream()
        samples.withNumbers { numbers in
            for first in stride(from: 0, to: numbers.count, by: width) {
                for place in places {
                    numbers[first + place] += Float(deviation * stream.normal())
                }
            }
        }
    }

    /// Returns g, the number of cells in a row of cells.
    private static func cellsPerSide(_ clients: Int) -> Int {
        var side = 1
        while side * side < clients { side += 1 }
        return side
    }

    /// Returns the numbers of a sample that are in the cell of a client, in ascending order.
    private static func cell(of client: Int, _ clients: Int, _ form: ShiftedForm) -> [Int] {
        guard let (height, width) = form.image else { return [] }
        let side = cellsPerSide(clients)
        func part(_ index: Int, of size: Int) -> Range<Int> {
            index * size / side..<(index + 1) * size / side
        }
        let channels = form.shape[2]
        return part(client / side, of: height).flatMap { row in
            part(client % side, of: width).flatMap { column in
                (0..<channels).map { (row * width + column) * channels + $0 }
            }
        }
    }
}
