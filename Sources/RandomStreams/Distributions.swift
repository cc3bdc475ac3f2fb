import RealModule

extension RandomStream {
    /// A standard normal number (Marsaglia's polar method; the second of each pair is dropped, so
    /// that the stream has no hidden state).
    public mutating func normal() -> Double {
        while true {
            let x = 2 * uniform() - 1
            let y = 2 * uniform() - 1
            let square = x * x + y * y
            if square > 0, square < 1 { return x * (-2 * Double.log(square) / square).squareRoot() }
        }
    }

    /// Returns the natural logarithm of a Gamma(shape, 1) number.
    ///
    /// In log space, because for shapes below 0.01 most draws underflow: Gamma(a) is drawn as
    /// Gamma(a + 1) * U^(1/a).
    ///
    /// - Source: Marsaglia, Tsang, "A simple method for generating gamma variables", 2000.
    public mutating func logGamma(shape: Double) -> Double {
        precondition(shape > 0, "logGamma(shape: \(shape)): the shape must be positive")
        guard shape >= 1 else {
            return logGamma(shape: shape + 1) + Double.log(positiveUniform()) / shape
        }
        let d = shape - 1.0 / 3
        let c = 1 / (9 * d).squareRoot()
        while true {
            let x = normal()
            let v = 1 + c * x
            guard v > 0 else { continue }
            let cube = v * v * v
            let u = positiveUniform()
            if Double.log(u) < 0.5 * x * x + d - d * cube + d * Double.log(cube) {
                return Double.log(d * cube)
            }
        }
    }

    /// Proportions from a symmetric or general Dirichlet distribution: non-negative, sum 1.
    ///
    /// - Parameter concentrations: one positive number a share.
    public mutating func dirichlet(_ concentrations: [Double]) -> [Double] {
        var shares = concentrations
        for index in shares.indices { shares[index] = logGamma(shape: concentrations[index]) }
        return Self.proportions(ofLogarithms: shares)
    }

    /// Proportions from the symmetric Dirichlet distribution with one concentration, `count`
    /// shares.
    public mutating func dirichlet(_ concentration: Double, count: Int) -> [Double] {
        var shares = [Double](repeating: 0, count: count)
        for index in shares.indices { shares[index] = logGamma(shape: concentration) }
        return Self.proportions(ofLogarithms: shares)
    }

    /// Returns numbers in proportion to e^x, with the sum 1. The x must be finite.
    public static func proportions(ofLogarithms logarithms: [Double]) -> [Double] {
        var shares = logarithms
        let largest = shares.max() ?? 0
        var sum = 0.0
        for index in shares.indices {
            shares[index] = Double.exp(shares[index] - largest)
            sum += shares[index]
        }
        for index in shares.indices { shares[index] /= sum }
        return shares
    }

    /// Puts the elements into a random order, each order equally likely (Fisher, Yates).
    @specialized(where Element == Int32)
    public mutating func shuffle<Element>(_ elements: inout [Element]) {
        var index = elements.count - 1
        while index > 0 {
            elements.swapAt(index, below(index + 1))
            index -= 1
        }
    }

    /// Puts a range of elements into a random order, as `shuffle(_:)` does with an array of them.
    ///
    /// - Parameter range: positions in 0..<elements.count.
    public mutating func shuffle(_ elements: inout [Int32], in range: Range<Int>) {
        precondition(
            range.lowerBound >= 0 && range.upperBound <= elements.count,
            "shuffle(in: \(range)) of \(elements.count) elements")
        var index = range.count - 1
        while index > 0 {
            elements.swapAt(range.lowerBound + index, range.lowerBound + below(index + 1))
            index -= 1
        }
    }
}
