import RandomStreams
import RealModule
import Settings

/// `compare.draw`: keys whose values each seed of a comparison draws, the same ones for all of its
/// variants. So methods are compared over random starts of their hyperparameters.
///
/// A number follows from the seed, the key's name and its bounds alone: other keys leave no trace in
/// it. The bounds themselves are never drawn.
struct SeedDraws {
    private struct Draw {
        let key: String
        let place: Place
        let lower: Double
        let upper: Double
        let isLogarithmic: Bool

        func value(seed: UInt64) -> Double {
            var stream = RandomKey(seed: seed, .startingValues, client: hash).stream()
            // The middles of 2^52 equal parts of 0...1.
            let share = (Double(stream.bits() >> 12) + 0.5) * 0x1p-52
            return isLogarithmic
                ? lower * Double.pow(upper / lower, share) : lower + (upper - lower) * share
        }

        /// FNV-1a of the key's UTF-8.
        private var hash: UInt32 {
            key.utf8.reduce(0x811c_9dc5) { ($0 ^ UInt32($1)) &* 0x0100_0193 }
        }
    }

    private let place: Place
    private var draws: [Draw] = []

    /// What is drawn, in file order.
    var keys: [String] { draws.map(\.key) }

    /// - Parameter node: a mapping of dotted keys to `{ uniform: [0, 1] }` or
    ///   `{ log_uniform: [1e-6, 0.1] }`.
    init(_ node: SettingsNode) throws(SettingsError) {
        let example = "such as 'client.learning_rate: { log_uniform: [1e-4, 0.1] }'"
        guard let entries = node.entries else {
            throw SettingsError(node.place, "draw is a mapping of keys to bounds, \(example)")
        }
        place = node.place
        for entry in entries {
            guard entry.key != "seed" else {
                throw SettingsError(
                    entry.place,
                    "a seed draws other keys, not itself; seeds of a comparison stand in"
                        + " compare.seeds")
            }
            guard case .mapping = entry.value.content else {
                throw SettingsError(
                    entry.value.place, "draw gives each key a distribution, \(example)")
            }
            draws.append(try Self.draw(entry))
        }
    }

    private static func draw(_ entry: SettingsNode.Entry) throws(SettingsError) -> Draw {
        let loaded = try SettingsTree(entry.value).load { settings in
            let even = settings.numbers(
                "uniform", default: [], in: .any, ComparisonKeys.uniform.meaning)
            let logarithmic = settings.numbers(
                "log_uniform", default: [], in: .positive, ComparisonKeys.logUniform.meaning)
            return (even, logarithmic)
        }
        let (even, logarithmic) = loaded.value
        let bounds = even + logarithmic
        guard even.isEmpty || logarithmic.isEmpty, bounds.count == 2, bounds[0] < bounds[1] else {
            throw SettingsError(
                entry.place,
                "\(entry.key) is drawn from one distribution with a lower and an upper bound, such as"
                    + " { uniform: [0, 1] } or { log_uniform: [1e-4, 0.1] }")
        }
        return Draw(
            key: entry.key, place: entry.place, lower: bounds[0], upper: bounds[1],
            isLogarithmic: even.isEmpty)
    }

    /// Whether there are seeds to draw for, and no key of the grid would replace what is drawn.
    func check(seeds: [UInt64]?, grid: Grid?) throws(SettingsError) {
        guard seeds != nil else {
            throw SettingsError(place, "draw is for each of compare.seeds, but there are none")
        }
        for draw in draws {
            for key in grid?.keys ?? [] where "\(draw.key).".hasPrefix("\(key).") {
                throw SettingsError(
                    draw.place,
                    key == draw.key
                        ? "\(key) is in draw and in grid, which would replace what is drawn; leave"
                            + " it in one of them"
                        : "\(draw.key) is drawn, but the grid replaces all of \(key); leave one of"
                            + " them out")
            }
        }
    }

    /// The first key that is gone, with the section around it; nil where all are there. A variant may
    /// have a value of its own.
    func lost(in tree: SettingsTree) -> String? {
        draws.first { tree.node($0.key) == nil }?.key
    }

    /// The keys, with their places, whose drawn values none of these trees has.
    func unused(in trees: [SettingsTree]) -> [(key: String, place: Place)] {
        draws.filter { draw in
            trees.allSatisfy { $0.node(draw.key)?.place != draw.place }
        }.map { ($0.key, $0.place) }
    }

    /// Sets the keys to what this seed draws.
    func apply(to tree: inout SettingsTree, seed: UInt64) throws(SettingsError) {
        for draw in draws {
            let value = draw.value(seed: seed)
            try tree.set(draw.key, to: "\(value)", place: draw.place)
        }
    }
}
