public import Settings

/// The keys of `compare`: what `hyperfed list keys` and the glossary print of them. The readers in
/// `ComparisonSection` have their known keys and the meanings from here.
public enum ComparisonKeys {
    static let seeds = key(
        "seeds", "list of integers", range: "between 0 and \(UInt64.max)",
        "seeds of the runs of each variant; if not given, one run with the seed of the file")
    static let variants = key(
        "variants", "mapping of names to changed keys",
        "what is compared; if not given, one variant without changes")
    static let label = key(
        "variants.NAME.label", "text", range: "1 to \(VariantLabels.mostCharacters) characters",
        "name of the variant in the report and in figures; if not given, NAME")
    static let set = key(
        "set", "mapping of key paths to values", "changed keys of all variants")
    static let grid = key(
        "grid", "mapping of key paths to lists of values",
        "values that each variant runs with, in all combinations")
    static let draw = key(
        "draw", "mapping of key paths to bounds",
        "numbers that each seed draws, the same ones for all variants")
    static let uniform = key(
        "draw.KEY.uniform", "list of two numbers",
        "bounds of a number; all numbers between are equally likely")
    static let logUniform = key(
        "draw.KEY.log_uniform", "list of two numbers", range: NumberRange<Double>.positive.phrase,
        "bounds of a number; all logarithms between are equally likely")
    static let baseline = key(
        "baseline", "text", "name of the variant that the others are compared with")
    static let targetRange = NumberRange<Double>.positiveUpTo(1)
    static let target = key(
        "target", "number", range: targetRange.phrase,
        "share of the baseline's best value; the rounds up to it are compared")
    static let quick = key(
        "quick", "mapping of these keys of compare",
        "what --quick runs in place of the full comparison")
    static let studies = key(
        "studies", "mapping of names to comparisons",
        "several named comparisons; each has the keys of compare but studies, and shares"
            + " those that it does not set itself")
    static let quickStudies = key(
        "quick.studies", "list of texts",
        "names of the studies that --quick runs; if not given, all of them")

    private static func key(
        _ path: String, _ kindOfValue: String, range: String = "", _ meaning: String
    ) -> KeyDescription {
        KeyDescription(
            path: "compare.\(path)", kindOfValue: kindOfValue, range: range, meaning: meaning)
    }

    /// The keys of one comparison, a study for example.
    static let own = [set, grid, seeds, draw, variants, baseline, target, quick]
    /// The keys of `quick` in one comparison.
    static let ownQuick = [
        key(
            "quick.seeds", seeds.kindOfValue, range: seeds.rangePhrase,
            "seeds of a quick comparison"),
        key("quick.set", set.kindOfValue, "changed keys of all variants of a quick comparison"),
        key("quick.grid", grid.kindOfValue, "grid of a quick comparison"),
    ]

    /// All keys of `compare`, those of its parts behind it. `KEY` stands for a key path.
    public static let all =
        [seeds, variants, label, set, grid, draw, uniform, logUniform, baseline, target, quick]
        + ownQuick + [quickStudies, studies]
}
