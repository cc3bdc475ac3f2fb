import Statistics

/// Sentences on three seeds and more, where a test can decide.
extension VerdictWriter {
    private var winners: [VariantStatistics] {
        others.filter { $0.difference?.isBetter ?? false }
    }

    /// The best variant beside the baseline, or the largest difference if none is told apart.
    var best: [Sentence] {
        guard let first = winners.first, let difference = first.difference else {
            return nothingWins
        }
        if let second = others.dropFirst().first, !isToldApart(first, second),
            let one = first.mean, let two = second.mean
        {
            return [
                strong(name(first.variant)) + plain(" and ") + strong(name(second.variant))
                    + plain(
                        " are best and not told apart from each other"
                            + " (\(text.value(one)) and \(text.valueWithUnit(two)))."),
                plain("\(name(first.variant)) is ") + strong(above(difference.mean))
                    + plain(" (\(certainty(difference, isBetter: true)))."),
            ]
        }
        let value = first.mean.map { "\(text.valueWithUnit($0)) final \(text.metric.name), " }
        return [
            strong(name(first.variant)) + plain(" is best: \(value ?? "")")
                + strong(above(difference.mean))
                + plain(" (\(certainty(difference, isBetter: true))).")
        ]
    }

    private var nothingWins: [Sentence] {
        let losers = others.filter { $0.difference?.isWorse ?? false }
        let compared = others.filter {
            $0.difference?.mark != .sameRun && $0.difference?.interval != nil
        }
        guard let first = compared.first, let difference = first.difference,
            let interval = difference.interval
        else { return [] }
        let start =
            losers.isEmpty
            ? "No variant is told apart from \(baseline)."
            : "No variant is told apart from \(baseline) as better."
        return [
            plain(start),
            plain(
                "The largest difference is that of \(name(first.variant)):"
                    + " \(text.difference(difference.mean)) \(text.metric.gainUnit)"
                    + " (95 % interval \(text.differences(interval)))."),
        ]
    }

    /// The other variants that are better than the baseline.
    var better: [Sentence] {
        let rest = winners.dropFirst()
        guard !rest.isEmpty else { return [] }
        return [
            plain(
                "\(listed(rest.map(withGain))) \(rest.count == 1 ? "is" : "are") better than"
                    + " \(baseline) too.")
        ]
    }

    /// The variants that are worse than the baseline.
    var worse: [Sentence] {
        let losers = others.filter { $0.difference?.isWorse ?? false }
        guard losers.count == 1, let difference = losers[0].difference else {
            return losers.isEmpty
                ? []
                : [plain("\(listed(losers.map(withGain))) are worse than \(baseline).")]
        }
        return [
            plain(
                "\(name(losers[0].variant)) is \(text.sizeWithUnit(difference.mean)) worse than"
                    + " \(baseline) (\(certainty(difference, isBetter: false))).")
        ]
    }

    /// The variants that are not told apart from the baseline, if others are.
    var undecided: [Sentence] {
        guard others.contains(where: { $0.difference?.mark == .toldApart }) else { return [] }
        func listing(_ mark: DifferenceStatistics.Mark) -> [String] {
            others.filter { $0.difference?.mark == mark }.map(withGain)
        }
        var sentences: [Sentence] = []
        let (open, before) = (listing(.notToldApart), listing(.onlyBeforeCorrection))
        if !open.isEmpty {
            sentences.append(
                plain(
                    "\(listed(open)) \(open.count == 1 ? "is" : "are") not told apart from"
                        + " \(baseline)."))
        }
        if !before.isEmpty {
            sentences.append(
                plain(
                    "\(listed(before)) \(before.count == 1 ? "is" : "are") told apart from"
                        + " \(baseline) only before the correction for"
                        + " \(statistics.comparisons) comparisons."))
        }
        return sentences
    }

    /// The rounds to the target of the best variant and of the baseline.
    var arrivals: [Sentence] {
        guard let first = winners.first, let own = first.target, let target = own.target,
            let reference = statistics.reference, let other = reference.target,
            other.target == target
        else { return [] }
        return [
            plain(
                "Rounds to \(text.target(target)): \(arrival(first, own)),"
                    + " \(arrival(reference, other)).")
        ]
    }

    /// The variants with too few pairs for an interval, if others have enough.
    var unjudged: [Sentence] {
        let few = others.filter { ($0.difference?.values.count ?? 0) < 3 }.map { name($0.variant) }
        guard !few.isEmpty else { return [] }
        return [
            plain(
                "\(listed(few)) \(few.count == 1 ? "has" : "have") fewer than three seeds that"
                    + " finished beside \(baseline): no interval and no test.")
        ]
    }

    /// Returns what so few seeds cannot decide.
    func limits(_ seeds: Int) -> [Sentence] {
        guard statistics.decision == .student,
            seeds < seedsOfExactTest(comparisons: statistics.comparisons)
        else { return [] }
        // 2/2ⁿ, exact in binary and short in decimals.
        let smallest = 2 / Double(UInt64(1) << UInt64(min(seeds, 60)))
        return [
            plain(
                "With \(seeds) seeds the exact test cannot decide, since its smallest p-value is"
                    + " \(smallest); the paired t test decides.")
        ]
    }

    /// Returns whether the paired interval of two variants leaves 0 out.
    private func isToldApart(_ one: VariantStatistics, _ other: VariantStatistics) -> Bool {
        let gains = one.seeds.compactMap { result -> Double? in
            let pair = other.seeds.first { $0.seed == result.seed }
            guard let own = result.difference, let beside = pair?.difference else { return nil }
            return own - beside
        }
        guard let interval = meanInterval(gains) else { return false }
        return !interval.contains(0)
    }

    private func above(_ gain: Double) -> String {
        text.sizeWithUnit(gain)
            + (text.metric.largerIsBetter ? " above " : " less \(text.metric.name) than ")
            + baseline
    }

    /// "95 % interval 4.3 to 6.7; better in 3 of 3 seeds"
    private func certainty(_ difference: DifferenceStatistics, isBetter: Bool) -> String {
        let count = isBetter ? difference.won : difference.lost
        let seeds =
            "\(isBetter ? "better" : "worse") in \(count) of \(difference.values.count) seeds"
        return difference.interval.map {
            "95 % interval \(text.differences($0, isNegated: !isBetter)); \(seeds)"
        } ?? seeds
    }

    private func withGain(_ variant: VariantStatistics) -> String {
        name(variant.variant)
            + (variant.difference.map { " (\(text.difference($0.mean)))" } ?? "")
    }

    private func arrival(_ variant: VariantStatistics, _ arrivals: ArrivalStatistics) -> String {
        let seeds =
            arrivals.arrived == arrivals.runs
            ? "all \(arrivals.runs) \(statistics.grid.isEmpty ? "seeds" : "runs")"
            : "\(arrivals.arrived) of \(arrivals.runs)"
                + " \(statistics.grid.isEmpty ? "seeds" : "runs") arrived"
        return "\(name(variant.variant)) \(text.rounds(arrivals)) (\(seeds))"
    }
}
