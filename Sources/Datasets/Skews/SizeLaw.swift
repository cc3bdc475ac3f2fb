import RandomStreams
import RealModule
import Settings

/// The rule for the sizes of the clients in `quantity`.
enum SizeLaw {
    case dirichlet(alpha: Double)
    case lognormal(sigma: Double)
    case power(exponent: Double)
    case linear
    case square
    case exponential
    case sizes([Int])

    private enum Name: String {
        case dirichlet, power, lognormal, linear, square, exponential, sizes
    }

    /// Reads the key `law` and the keys of that law.
    init(_ settings: Settings) {
        let word: Name = settings.choice(
            "law",
            of: [
                "dirichlet": .dirichlet, "power": .power, "lognormal": .lognormal,
                "linear": .linear, "square": .square, "exponential": .exponential,
                "sizes": .sizes,
            ], default: "dirichlet", "rule for the sizes of the clients")
        switch word {
        case .dirichlet:
            self = .dirichlet(
                alpha: settings.number(
                    "alpha", default: 0.5, in: .between(1e-6, 1e9),
                    "concentration of the shares; smaller is more skewed"))
        case .power:
            self = .power(
                exponent: settings.number(
                    "exponent", default: 1, in: .between(0, 100),
                    "a of the sizes rank^-a; larger is more skewed"))
        case .lognormal:
            self = .lognormal(
                sigma: settings.number(
                    "sigma", default: 1, in: .between(0, 100),
                    "standard deviation of the logarithms of the sizes"))
        case .linear: self = .linear
        case .square: self = .square
        case .exponential: self = .exponential
        case .sizes:
            let sizes = settings.integers(
                "sizes", default: [], in: .between(1, Int(Int32.max)), "the sizes of the clients")
            if !settings.isGiven("sizes") {
                settings.reject(
                    "sizes", expected: "a list with the size of each client",
                    advice: "add the key")
            }
            self = .sizes(sizes)
        }
    }

    /// The word of the law in a scenario.
    var word: String {
        switch self {
        case .dirichlet: "dirichlet"
        case .lognormal: "lognormal"
        case .power: "power"
        case .linear: "linear"
        case .square: "square"
        case .exponential: "exponential"
        case .sizes: "sizes"
        }
    }

    /// Whether a client can compute its weight, relative to the mean weight, without the others.
    var isOfEachClient: Bool {
        switch self {
        case .dirichlet, .lognormal, .linear, .square: true
        case .power, .exponential, .sizes: false
        }
    }

    /// Returns w_j / E[w] of a client. E[w] is the mean of the distribution, or of the weights of
    /// all clients for the laws by number. Not for laws with `isOfEachClient` false.
    func relativeWeight(of client: Int, among clients: Int, _ key: RandomKey) -> Double {
        var stream = key.part(UInt32(client), 0).stream()
        let (number, count) = (Double(client + 1), Double(clients))
        switch self {
        case .dirichlet(let alpha): return Double.exp(stream.logGamma(shape: alpha)) / alpha
        case .lognormal(let sigma): return Double.exp(sigma * stream.normal() - sigma * sigma / 2)
        case .linear: return 2 * number / (count + 1)
        case .square: return 6 * number * number / ((count + 1) * (2 * count + 1))
        case .power, .exponential, .sizes: return 1
        }
    }

    /// Whether another draw gives other sizes.
    var isDrawnAgain: Bool {
        switch self {
        case .dirichlet, .lognormal: true
        case .power, .linear, .square, .exponential, .sizes: false
        }
    }

    /// Whether the size follows from the number of the client.
    var isByNumber: Bool {
        switch self {
        case .linear, .square, .exponential: true
        case .dirichlet, .lognormal, .power, .sizes: false
        }
    }

    /// The change of the settings that makes small clients larger.
    var relief: String {
        if case .lognormal = self { return "a smaller sigma" }
        return "a larger alpha"
    }

    func addFacts(to facts: inout KeyFacts) {
        facts.add("law", word)
        switch self {
        case .dirichlet(let alpha): facts.add("alpha", alpha)
        case .lognormal(let sigma): facts.add("sigma", sigma)
        case .power(let exponent): facts.add("exponent", exponent)
        case .sizes(let sizes): facts.add("sizes", sizes)
        case .linear, .square, .exponential: break
        }
    }

    /// Returns the sizes of the clients, with the sum of all samples. Not for `sizes`.
    func sizes(of samples: Int, among clients: Int, _ key: RandomKey, _ draw: UInt32) -> [Int] {
        switch self {
        case .linear, .square:
            // Without logarithms, so that a size that is a whole number stays one.
            let weights = (1...clients).map { number in
                let weight = Double(number)
                return word == "square" ? weight * weight : weight
            }
            let sum = weights.reduce(0, +)
            return rounded(weights.map { Double(samples) * $0 / sum }, sum: samples)
        case .exponential:
            let shares = RandomStream.proportions(ofLogarithms: (1...clients).map { Double($0) })
            return rounded(shares.map { Double(samples) * $0 }, sum: samples)
        case .dirichlet, .lognormal, .power, .sizes:
            let shares = RandomStream.proportions(ofLogarithms: logarithms(of: clients, key, draw))
            var start = 0
            return ends(of: shares, samples: samples).map { end in
                defer { start = end }
                return end - start
            }
        }
    }

    /// Rounds sizes down, and gives the rest to the last client.
    private func rounded(_ exact: [Double], sum: Int) -> [Int] {
        var sizes = exact.map { Int($0) }
        sizes[sizes.count - 1] += sum - sizes.reduce(0, +)
        return sizes
    }

    /// Returns the logarithms of the weights, since powers of e would overflow.
    private func logarithms(of clients: Int, _ key: RandomKey, _ draw: UInt32) -> [Double] {
        switch self {
        case .dirichlet(let alpha):
            return (0..<clients).map { client in
                var stream = key.part(UInt32(client), draw).stream()
                return stream.logGamma(shape: alpha)
            }
        case .lognormal(let sigma):
            return (0..<clients).map { client in
                var stream = key.part(UInt32(client), draw).stream()
                return sigma * stream.normal()
            }
        case .power(let exponent):
            return shuffled(clients, key.shuffle(ofClass: 0)).map {
                -exponent * Double.log(Double($0) + 1)
            }
        case .linear, .square, .exponential, .sizes:
            return [Double](repeating: 0, count: clients)
        }
    }
}
