import Glibc
import RandomStreams
import RealModule
import Testing

/// Results rest on the bits of exp, log, pow and their like. RealModule gives the C library's, and
/// this is where a release of it that computes them in another way shows.
@Suite struct `Elementary functions` {
    private typealias Function = @Sendable (Double) -> Double

    private static let functions: [(name: String, ours: Function, libm: Function)] = [
        ("exp", { Double.exp($0) }, { Glibc.exp($0) }),
        ("log", { Double.log($0) }, { Glibc.log($0) }),
        ("log2", { Double.log2($0) }, { Glibc.log2($0) }),
        ("log10", { Double.log10($0) }, { Glibc.log10($0) }),
        ("cos", { Double.cos($0) }, { Glibc.cos($0) }),
        ("tanh", { Double.tanh($0) }, { Glibc.tanh($0) }),
        ("atanh", { Double.atanh($0) }, { Glibc.atanh($0) }),
        ("asinh", { Double.asinh($0) }, { Glibc.asinh($0) }),
    ]

    /// Numbers of all sizes and signs, small ones more often, and the odd ones.
    private static let arguments: [Double] = {
        var stream = RandomKey(seed: 5, .startingValues).stream()
        let any = (0..<20_000).map { _ in Double(bitPattern: stream.bits()) }
        let near = (0..<20_000).map { _ in 8 * stream.uniform() - 4 }
        return any + near + [0, -0.0, 1, -1, .infinity, -.infinity, .leastNonzeroMagnitude]
    }()

    @Test(arguments: functions.indices)
    func `have the bits of the C library`(index: Int) {
        let (name, ours, libm) = Self.functions[index]
        let other = Self.arguments.first { x in
            let (one, two) = (ours(x), libm(x))
            return one.bitPattern != two.bitPattern && !(one.isNaN && two.isNaN)
        }
        #expect(other == nil, "\(name)")
    }

    @Test func `powers do, also whole ones of 0 and of negative numbers`() {
        var differing: [String] = []
        for (index, x) in Self.arguments.enumerated() {
            let n = index % 2_000 - 500
            if Double.pow(x, n).bitPattern != Glibc.pow(x, Double(n)).bitPattern, !x.isNaN {
                differing.append("\(x), \(n)")
            }
            let y = Self.arguments[(index * 7) % Self.arguments.count]
            if x > 0, Double.pow(x, y).bitPattern != Glibc.pow(x, y).bitPattern, !y.isNaN {
                differing.append("\(x), \(y)")
            }
        }
        #expect(differing == [])
        // FedNova, Adam and schedules of rates rest on this: a real exponent would give NaN.
        #expect(Double.pow(0, 0 as Int) == 1 && Double.pow(-0.5, 3) == -0.125)
    }
}
