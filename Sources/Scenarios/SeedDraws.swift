import RandomStreams
import RealModule
import Settings

/// `compare.draw`: keys whose values each seed of a comparison draws, the same for all variants.
/// With it, methods are compared over random start values of their hyperparameters.
///
/// A value follows from the seed, the key and its bounds alone, and does not change with other
/// keys. The bounds themselves are never drawn.
struct SeedDraws: Sendable {
    private struct Draw: Sendable {
        let key: String
        let place: SettingLocation
        let lower: Double
        let upper: Double
        let isLogarithmic: Bool

        func value(seed: UInt64) -> Double {
            var stream = RandomKey(seed: seed, .startingValues, client: hash).stream()
            // The middle of one of 2^52 equal parts of 0...1.
            let share = (Double(stream.bits() >> 12) + 0.5) * 0x1p-52
            return isLogarithmic
                ? lower * Double.pow(upper / lower, share) : lower + (upper - lower) * share
        }

        /// The FNV-1a hash of the key in UTF-8.
        private var hash: UInt32 {
            key.utf8.reduce(0x811c_9dc5) { ($0 ^ UInt32($1)) &* 0x0100_0193 }
        }
    }

    private let place: SettingLocation
    private var draws: [Draw] = []

    /// Reads the section `draw`.
    ///
    /// - Parameter node: a mapping of key paths to `{ uniform: [0, 1] }` or
    ///   `{ log_uniform: [1e-6, 0.1] }`.
    /// - Throws: `SettingsError` for values of another form.
    init(_ node: SettingsNode) throws(SettingsError) {
        let example = "'client.learning_rate: { log_uniform: [1e-4, 0.1] }'"
        guard let entries = node.entries else {
            throw node.unexpected(
                "compare.draw",
                expected: "a mapping of keys to distributions such as \(example)")
        }
        place = node.place
        for entry in entries {
            try ComparisonSection.refuseSeed(entry, in: "compare.draw")
            guard case .mapping = entry.value.content else {
                throw entry.value.unexpected(
                    "compare.draw.\(shown(entry.key))",
                    expected: "a distribution such as \(example)")
            }
            draws.append(try Self.draw(entry))
        }
    }

    private static func draw(_ entry: SettingsNode.Entry) throws(SettingsError) -> Draw {
        let path = "compare.draw.\(shown(entry.key))"
        let loaded = try SettingsTree(entry.value).load(at: path) { settings in
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
                Mismatch(
                    path, expected: "one distribution with a lower and an upper bound",
                    found: entry.value.flowText,
                    advice: "write { uniform: [0, 1] } or { log_uniform: [1e-4, 0.1] }"))
        }
        return Draw(
            key: entry.key, place: entry.place, lower: bounds[0], upper: bounds[1],
            isLogarithmic: even.isEmpty)
    }

    /// Throws an error if there are no seeds to draw for.
    func check(seeds: [UInt64]?) throws(SettingsError) {
        guard seeds == nil else { return }
        throw SettingsError(
            place,
            Mismatch(
                "compare.draw", expected: "one seed or more in compare.seeds", found: "none",
                advice: "add compare.seeds"))
    }

    /// Returns the keys with the values that this seed draws.
    func values(seed: UInt64) -> [GridValue] {
        draws.map { GridValue(key: $0.key, value: "\($0.value(seed: seed))", place: $0.place) }
    }

    /// Sets the keys to the values that this seed draws.
    func apply(to tree: inout LayeredTree, seed: UInt64) throws(SettingsError) {
        let layer = SettingsLayer(.draw, "compare.draw")
        for draw in values(seed: seed) {
            try tree.set(draw.key, to: draw.value, place: draw.place, as: layer)
        }
    }
}
