import Foundation
import RandomStreams
import Testing

/// Mean and variance of numbers.
private func moments(_ values: [Double]) -> (mean: Double, variance: Double) {
    let mean = values.reduce(0, +) / Double(values.count)
    let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    return (mean, squares / Double(values.count))
}

@Suite struct `Distributions` {
    private let draws = 100_000

    @Test func `golden first numbers: distributions are part of the results`() {
        var stream = RandomKey(seed: 1, .data).stream()
        #expect(stream.uniform() == 0.6745257764142649)
        #expect(stream.positiveUniform() == 0.6119911260837838)
        // These pass through the C library's log, which may differ in the last place.
        #expect(abs(stream.normal() - (1.074145181541114)) < 1e-14)
        #expect(abs(stream.logGamma(shape: 2.5) - (-0.27478425557668845)) < 1e-13)
        #expect(abs(stream.logGamma(shape: 0.5) - (-2.803603930131103)) < 1e-13)
    }

    @Test func `uniform numbers fill [0, 1)`() {
        var stream = RandomKey(seed: 2, .data).stream()
        let values = (0..<draws).map { _ in stream.uniform() }
        #expect(values.allSatisfy { $0 >= 0 && $0 < 1 })
        // 53 bits: some number must use the last one.
        #expect(values.contains { ($0 * 0x1p53).truncatingRemainder(dividingBy: 2) == 1 })
        let (mean, variance) = moments(values)
        // Standard errors 0.0009 and 0.00024.
        #expect(abs(mean - 0.5) < 0.005)
        #expect(abs(variance - 1.0 / 12) < 0.0015)
    }

    @Test func `positive uniform numbers are one step above the plain ones`() {
        var plain = RandomKey(seed: 2, .data).stream()
        var positive = RandomKey(seed: 2, .data).stream()
        for _ in 0..<1000 { #expect(positive.positiveUniform() == plain.uniform() + 0x1p-53) }
    }

    @Test func `normal numbers have the moments of the normal distribution`() {
        var stream = RandomKey(seed: 3, .data).stream()
        let values = (0..<draws).map { _ in stream.normal() }
        let (mean, variance) = moments(values)
        #expect(abs(mean) < 0.016)
        #expect(abs(variance - 1) < 0.023)
        let third = values.reduce(0) { $0 + $1 * $1 * $1 } / Double(draws)
        let fourth = values.reduce(0) { $0 + $1 * $1 * $1 * $1 } / Double(draws)
        // Standard errors sqrt(15/n) and sqrt(96/n).
        #expect(abs(third) < 0.062)
        #expect(abs(fourth - 3) < 0.16)
        let outside = values.filter { abs($0) > 1.959964 }.count
        #expect(abs(Double(outside) - 5000) < 350)
    }

    @Test(arguments: [0.1, 0.5, 1, 2.5, 30])
    func `gamma numbers have mean and variance equal to their shape`(shape: Double) {
        var stream = RandomKey(seed: 4, .data, client: UInt32(shape * 10)).stream()
        let values = (0..<draws).map { _ in exp(stream.logGamma(shape: shape)) }
        let (mean, variance) = moments(values)
        let size = Double(draws)
        #expect(abs(mean - shape) < 5 * (shape / size).squareRoot())
        // The fourth central moment is 3 shape² + 6 shape.
        let error = ((2 * shape * shape + 6 * shape) / size).squareRoot()
        #expect(abs(variance - shape) < 5 * error)
    }

    @Test(arguments: [1e-3, 1e-5])
    func `logarithms of gamma numbers stay finite where the numbers underflow`(shape: Double) {
        var stream = RandomKey(seed: 5, .data).stream()
        let values = (0..<10_000).map { _ in stream.logGamma(shape: shape) }
        #expect(values.allSatisfy { $0.isFinite })
        // Most of them underflow, so the logarithm is what makes the draw usable.
        #expect(values.filter { exp($0) == 0 }.count > 2000)
        // log Gamma(a) ≈ log(U)/a − 0.6: mean about −1/a.
        let (mean, _) = moments(values)
        #expect(abs(mean * shape + 1) < 0.06)
    }

    @Test(arguments: [1e-5, 1e-3, 0.1, 0.5, 1, 100, 1e6])
    func `Dirichlet shares are a distribution`(alpha: Double) {
        for client in 0..<100 as Range<UInt32> {
            var stream = RandomKey(seed: 6, .partition, client: client).stream()
            let shares = stream.dirichlet([Double](repeating: alpha, count: 20))
            #expect(shares.allSatisfy { $0 >= 0 && $0 <= 1 }, "client \(client): \(shares)")
            #expect(abs(shares.reduce(0, +) - 1) < 1e-12, "client \(client)")
        }
    }

    @Test func `Dirichlet shares have the means and variances of their concentrations`() {
        // mean a/A, variance a (A − a) / (A² (A + 1)); here A = 6.
        let concentrations = [1.0, 2, 3]
        var stream = RandomKey(seed: 7, .partition).stream()
        let drawn = (0..<40_000).map { _ in stream.dirichlet(concentrations) }
        for (index, a) in concentrations.enumerated() {
            let (mean, variance) = moments(drawn.map { $0[index] })
            let expected = a * (6 - a) / (36 * 7)
            #expect(abs(mean - a / 6) < 5 * (expected / 40_000).squareRoot())
            #expect(abs(variance - expected) < 0.03 * expected)
        }
    }

    @Test func `tiny concentrations give nearly everything to one`() {
        var largest: Set<Int> = []
        for client in 0..<200 as Range<UInt32> {
            var stream = RandomKey(seed: 8, .partition, client: client).stream()
            let shares = stream.dirichlet([Double](repeating: 1e-3, count: 5))
            for (index, share) in shares.enumerated() where share > 0.99 { largest.insert(index) }
        }
        #expect(largest == [0, 1, 2, 3, 4])
    }
}
