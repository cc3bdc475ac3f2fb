import Settings
import Statistics

/// Writes the sentences of a verdict.
struct VerdictWriter {
    typealias Sentence = [Verdict.Piece]

    let statistics: StudyStatistics
    let text: StatisticsText
    let name: (String) -> String
    /// The name of the baseline as it is written; empty without one.
    let baseline: String
    /// The variants beside the baseline that have a difference, best first.
    let others: [VariantStatistics]

    init(
        _ statistics: StudyStatistics, _ style: StatisticsText.Style,
        _ name: @escaping (String) -> String
    ) {
        (self.statistics, self.name) = (statistics, name)
        text = StatisticsText(statistics, style)
        baseline = statistics.baseline.map(name) ?? ""
        others = statistics.ranked.filter { $0.difference != nil }
    }

    var sentences: [Sentence] {
        let variants = statistics.variants
        guard variants.contains(where: { $0.finished > 0 || !$0.failures.isEmpty }) else {
            return []
        }
        guard variants.contains(where: { $0.finished > 0 }) else {
            return faults + [plain("No run has finished, so there is no result.")]
        }
        guard statistics.baseline != nil, let seeds = others.compactMap(pairs).max() else {
            return faults + noBaseline + alone + bounds
        }
        return faults + results(seeds) + sameRuns + robustness + bounds
    }

    /// Returns how many pairs a variant has.
    private func pairs(_ variant: VariantStatistics) -> Int? { variant.difference?.values.count }

    private func results(_ seeds: Int) -> [Sentence] {
        switch seeds {
        case 1: [oneSeed]
        case 2: [twoSeeds]
        default: best + better + worse + undecided + unjudged + arrivals + limits(seeds)
        }
    }

    // MARK: Faults

    private var faults: [Sentence] {
        let all = statistics.variants.flatMap(\.failures)
        guard !all.isEmpty else { return [] }
        let runs = statistics.variants.reduce(0) { $0 + $1.planned }
        var parts: [String] = []
        for (hasDiverged, verb) in [(true, "diverged"), (false, "failed")] {
            let count = all.count { $0.hasDiverged == hasDiverged }
            guard count > 0 else { continue }
            parts.append("\(count) of \(counted(runs, "run")) \(verb) (\(failing(hasDiverged)))")
        }
        let start = plain(parts.joined(separator: ", ") + ".")
        guard statistics.variants.contains(where: { $0.finished > 0 }) else { return [start] }
        return [
            start
                + plain(
                    statistics.grid.isEmpty
                        ? " The numbers are over the rest."
                        : " A run that diverged counts as a constant prediction.")
        ]
    }

    /// Returns the variants with failures, three at most.
    private func failing(_ hasDiverged: Bool) -> String {
        let all = statistics.variants.compactMap { variant -> String? in
            let failures = variant.failures.filter { $0.hasDiverged == hasDiverged }
            guard !failures.isEmpty else { return nil }
            guard statistics.grid.isEmpty, failures.count <= 5 else {
                return "\(name(variant.variant)): \(failures.count)"
            }
            let seeds = failures.map { String($0.seed) }
            let rounds = Set(failures.map(\.rounds))
            let round = rounds.count == 1 ? rounds.first.map { ", in round \($0)" } : nil
            return "\(name(variant.variant)), \(seeds.count == 1 ? "seed" : "seeds")"
                + " \(listed(seeds))\(round ?? "")"
        }
        let more =
            all.count > 3
            ? ["\(all.count - 3) more \(all.count == 4 ? "variant" : "variants")"] : []
        return (all.prefix(3) + more).joined(separator: "; ")
    }

    /// Says that nothing can be compared, since the baseline has no result.
    private var noBaseline: [Sentence] {
        guard let reference = statistics.reference, reference.mean == nil,
            statistics.variants.contains(where: { $0.mean != nil })
        else { return [] }
        return [
            plain("\(baseline) is the baseline and has no finished run, so nothing is compared.")
        ]
    }

    // MARK: One variant, one seed, two seeds

    private var alone: [Sentence] {
        statistics.variants.compactMap { variant in
            guard statistics.metric != nil, let mean = variant.mean else { return nil }
            let seeds = variant.seeds.compactMap(\.value).count
            let sure =
                variant.interval.map {
                    " (95 % interval \(text.interval($0)); \(seeds) seeds)"
                } ?? (seeds == 1 ? " (one seed)" : " (two seeds)")
            return plain("\(name(variant.variant)) ended with ")
                + strong("\(text.valueWithUnit(mean)) final \(text.metric.name)")
                + plain(sure + ".")
        }
    }

    private var oneSeed: Sentence {
        guard let first = others.first, let gain = first.difference?.mean else { return [] }
        let rest = " That says nothing about other seeds; three give a first interval."
        let side = text.metric.largerIsBetter ? "above" : "below"
        guard gain > 0 else {
            return plain("One seed: no variant ended \(side) \(baseline) in this run." + rest)
        }
        return plain(
            "One seed: \(name(first.variant)) ended \(text.sizeWithUnit(gain)) \(side)"
                + " \(baseline) in this run." + rest)
    }

    private var twoSeeds: Sentence {
        guard let first = others.first, let difference = first.difference else { return [] }
        let gains = difference.values.map(text.difference)
        let unit =
            text.metric.largerIsBetter
            ? " points" : " % of its \(text.metric.name) (positive is less)"
        return plain(
            "Two seeds: the largest mean gain over \(baseline) is that of \(name(first.variant)),"
                + " \(listed(gains))\(unit). Two seeds allow no interval; three give a first one.")
    }

    // MARK: Others

    private var sameRuns: [Sentence] {
        let same = others.filter { $0.difference?.mark == .sameRun }.map { name($0.variant) }
        guard !same.isEmpty else { return [] }
        return [
            plain(
                "\(listed(same)) \(same.count == 1 ? "is" : "are") the same run as \(baseline),"
                    + " bit for bit in every evaluation.")
        ]
    }

    private var robustness: [Sentence] {
        guard !statistics.grid.isEmpty, statistics.cellCount > 1 else { return [] }
        let known = statistics.ranked.compactMap { variant in
            variant.sensitivity.map { (variant: variant, worst: $0.worst) }
        }
        guard
            let first = known.min(by: {
                text.metric.reaches($0.worst, $1.worst) && $0.worst != $1.worst
            })
        else { return [] }
        // Worst cells that are written alike are not ranked.
        let words = text.valueWithUnit(first.worst)
        let tied = known.filter { text.valueWithUnit($0.worst) == words }.map(\.variant.variant)
        let cells = "Over all \(counted(statistics.cellCount, "cell"))"
        guard tied.count < known.count || known.count == 1 else {
            return [plain("\(cells), all variants have the same worst cell, \(words).")]
        }
        let reference = known.first { $0.variant.variant == statistics.baseline }
        let beside =
            tied.contains(statistics.baseline ?? "")
            ? "" : reference.map { ", \(baseline)'s \(text.valueWithUnit($0.worst))" } ?? ""
        let isOne = tied.count == 1
        return [
            plain("\(cells), ") + strong(listed(tied.map(name)))
                + plain(
                    (isOne ? " is" : " are") + " the most robust: "
                        + (isOne ? "its" : "their") + " worst cell is \(words)\(beside).")
        ]
    }

    private var bounds: [Sentence] {
        held("local rates", "local steps", \.clientBoundShare)
            + held("server's rate", "rounds", \.serverBoundShare)
    }

    /// Returns a sentence on the variants whose rates were at a bound in more than half of the
    /// steps.
    private func held(
        _ rates: String, _ steps: String, _ share: (VariantStatistics) -> Double?
    ) -> [Sentence] {
        let all = statistics.ranked.compactMap { variant in
            share(variant).flatMap { $0 > 0.5 ? (name(variant.variant), text.percentage($0)) : nil }
        }
        guard let first = all.first else { return [] }
        guard all.count > 1 else {
            return [
                plain(
                    "\(first.0) kept its \(rates) at a bound in \(first.1) of the \(steps): its"
                        + " result is that of the bound.")
            ]
        }
        return [
            plain(
                "\(listed(all.map { "\($0.0) (\($0.1) of the \(steps))" })) kept their \(rates)"
                    + " at a bound: their results are those of the bounds.")
        ]
    }

    func plain(_ text: String) -> Sentence { [Verdict.Piece(text: text, isStrong: false)] }
    func strong(_ text: String) -> Sentence { [Verdict.Piece(text: text, isStrong: true)] }
}
