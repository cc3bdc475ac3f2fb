public import Settings

/// The keys of `compare`: what `hyperfed list keys` and the glossary print of them. The readers in
/// `ComparisonSection` have their known keys and the meanings from here.
public enum ComparisonKeys {
    static let seeds = KeyDescription(
        path: "compare.seeds", kindOfValue: "list of integers",
        range: "between 0 and \(UInt64.max)",
        meaning:
            "seeds of the runs of each variant; if not given, one run with the seed of the file"
    )
    static let variants = KeyDescription(
        path: "compare.variants", kindOfValue: "mapping of names to changed keys",
        meaning: "what is compared; if not given, one variant without changes")
    static let set = KeyDescription(
        path: "compare.set", kindOfValue: "mapping of key paths to values",
        meaning: "changed keys of all variants")
    static let grid = KeyDescription(
        path: "compare.grid", kindOfValue: "mapping of key paths to lists of values",
        meaning: "values that each variant runs with, in all combinations")
    static let draw = KeyDescription(
        path: "compare.draw", kindOfValue: "mapping of key paths to bounds",
        meaning: "numbers that each seed draws, the same ones for all variants")
    static let uniform = KeyDescription(
        path: "compare.draw.KEY.uniform", kindOfValue: "list of two numbers",
        meaning: "bounds of a number; all numbers between are equally likely")
    static let logUniform = KeyDescription(
        path: "compare.draw.KEY.log_uniform", kindOfValue: "list of two numbers",
        range: NumberRange<Double>.positive.phrase,
        meaning: "bounds of a number; all logarithms between are equally likely")
    static let baseline = KeyDescription(
        path: "compare.baseline", kindOfValue: "text",
        meaning: "name of the variant that the others are compared with")
    static let targetRange = NumberRange<Double>.positiveUpTo(1)
    static let target = KeyDescription(
        path: "compare.target", kindOfValue: "number", range: targetRange.phrase,
        meaning: "share of the baseline's best value; the rounds up to it are compared")
    static let quick = KeyDescription(
        path: "compare.quick", kindOfValue: "mapping of these keys of compare",
        meaning: "what --quick runs in place of the full comparison")
    static let studies = KeyDescription(
        path: "compare.studies", kindOfValue: "mapping of names to comparisons",
        meaning: "several named comparisons; each has the keys of compare but studies, and shares"
            + " those that it does not set itself")
    static let quickStudies = KeyDescription(
        path: "compare.quick.studies", kindOfValue: "list of texts",
        meaning: "names of the studies that --quick runs; if not given, all of them")

    /// The keys of one comparison, a study for example.
    static let own = [set, grid, seeds, draw, variants, baseline, target, quick]
    /// The keys of `quick` in one comparison.
    static let ownQuick = [
        KeyDescription(
            path: "compare.quick.seeds", kindOfValue: seeds.kindOfValue, range: seeds.rangePhrase,
            meaning: "seeds of a quick comparison"),
        KeyDescription(
            path: "compare.quick.set", kindOfValue: set.kindOfValue,
            meaning: "changed keys of all variants of a quick comparison"),
        KeyDescription(
            path: "compare.quick.grid", kindOfValue: grid.kindOfValue,
            meaning: "grid of a quick comparison"),
    ]

    /// All keys of `compare`, those of its parts behind it. `KEY` stands for a key path.
    public static let all =
        [seeds, variants, set, grid, draw, uniform, logUniform, baseline, target, quick]
        + ownQuick + [quickStudies, studies]
}
