import Statistics

/// The statistics of a study: each variant on its own and beside the baseline, over the seeds.
///
/// Runs are paired: with the same seed in the same cell of the grid. Differences are gains, so
/// positive ones are better: percentage points of accuracy, or % less RMSE.
///
/// Without a grid, only pairs whose runs have both finished count. Over a grid, a diverged run
/// counts as a constant prediction, since a cell that is left out would hide it.
public struct StudyStatistics: Sendable {
    /// The metric of all runs; nil if they have different ones, and then nothing is compared.
    public let metric: Metric?
    /// The name of the variant that the others are compared with; nil if there is only one.
    public let baseline: String?
    /// The keys of the grid; none without one.
    public let grid: [String]
    /// How many cells the grid has; 1 without one.
    public let cellCount: Int
    /// The share of the baseline's best value that rounds are counted to, if they are.
    public let targetShare: Double?
    /// The variants over all cells, in file order.
    public let variants: [VariantStatistics]
    /// The variants in each cell, cell by cell inside variant by variant; none without a grid.
    public let cells: [VariantStatistics]
    /// What the marks of the variants rest on.
    public let decision: Decision

    /// The test whose corrected p-values decide.
    public enum Decision: Equatable, Sendable {
        /// None: fewer than three pairs, or nothing to compare.
        case none
        /// The paired t test: too few seeds for the exact test.
        case student
        /// The sign-flip permutation test.
        case exact
    }

    /// How many variants stand beside the baseline.
    public var comparisons: Int { max(0, variants.count - 1) }

    /// The baseline's statistics; nil without one.
    public var reference: VariantStatistics? { variants.first { $0.variant == baseline } }

    /// The baseline first, then the others by their mean difference, best first. Variants without
    /// a difference come last, in file order.
    public var ranked: [VariantStatistics] {
        let others = variants.filter { $0.variant != baseline }.enumerated()
        func rank(_ variant: VariantStatistics) -> Double {
            variant.difference.map { -$0.mean } ?? .infinity
        }
        let sorted = others.sorted {
            (rank($0.element), $0.offset) < (rank($1.element), $1.offset)
        }
        guard let reference, baseline != nil else { return variants }
        return [reference] + sorted.map(\.element)
    }

    /// Computes the statistics of a study.
    ///
    /// - Parameters:
    ///   - rows: the runs that have ended.
    ///   - planned: the planned runs of each variant in file order, as the key of its cell.
    ///   - baseline: the variant that `compare.baseline` names; nil for the first one.
    ///   - seed: keys the streams of the resamples.
    ///   - map: returns the values of a function for all numbers below a count, in the order of the
    ///     numbers. It may use several threads.
    public init(
        _ rows: [ComparisonRow], planned: [PlannedVariant], grid: [String], baseline: String?,
        targetShare: Double?, seed: UInt64,
        map: (Int, @escaping @Sendable (Int) -> VariantStatistics) -> [VariantStatistics] = {
            (0..<$0).map($1)
        }
    ) {
        let metrics = Set(rows.compactMap { $0.metric })
        let metric = metrics.count == 1 ? metrics.first : nil
        var names: [String] = []
        for variant in planned where !names.contains(variant.name) { names.append(variant.name) }
        var places: [[String]] = []
        for variant in planned where !places.contains(variant.cell) { places.append(variant.cell) }
        let named = names.contains { $0 == baseline } ? baseline : nil
        let reference = names.count > 1 && metric != nil ? named ?? names.first : nil
        (self.metric, self.baseline, self.grid) = (metric, reference, grid)
        (cellCount, self.targetShare) = (max(1, places.count), targetShare)
        let table = RunTable(rows, planned, baseline: reference, share: targetShare)
        let hasGrid = !grid.isEmpty
        let overall = map(names.count) { [names, places] index in
            VariantStatistics(
                table.scope(names[index], cells: places), metric,
                table.methods(of: names[index], places), hasGrid: hasGrid,
                comparisons: names.count - 1, seed: seed)
        }
        decision = Self.decision(overall, baseline: reference)
        let decision = decision
        var marked = Self.marked(overall, decision)
        if hasGrid, let metric { Self.addSensitivity(&marked, table, places, metric) }
        variants = marked
        guard hasGrid else {
            cells = []
            return
        }
        let inCells = map(places.count * names.count) { [names, places] index in
            let place = places[index / names.count]
            let name = names[index % names.count]
            return VariantStatistics(
                table.scope(name, cells: [place]), metric, table.methods(of: name, [place]),
                hasGrid: true, comparisons: names.count - 1, seed: seed, cell: place)
        }
        let markedInCells = places.indices.map { place in
            let own = Array(inCells[place * names.count..<(place + 1) * names.count])
            return Self.marked(own, Self.decision(own, baseline: reference))
        }
        cells = names.indices.flatMap { index in markedInCells.map { $0[index] } }
    }

    /// Returns the test that decides: the exact one if each variant has enough pairs for it.
    private static func decision(_ variants: [VariantStatistics], baseline: String?) -> Decision {
        let counts = variants.compactMap(\.difference?.values.count)
        guard baseline != nil, let largest = counts.max(), largest >= 3 else { return .none }
        let needed = seedsOfExactTest(comparisons: variants.count - 1)
        return counts.allSatisfy { $0 >= needed } ? .exact : .student
    }

    /// Adds Holm's correction over the variants, and the marks.
    private static func marked(_ variants: [VariantStatistics], _ decision: Decision)
        -> [VariantStatistics]
    {
        let student = holmCorrection(variants.map { $0.difference?.studentP })
        let exact = holmCorrection(variants.map { $0.difference?.exactP })
        return variants.indices.map { index in
            var variant = variants[index]
            variant.difference?.correct(student[index], exact[index], decision)
            return variant
        }
    }

    private static func addSensitivity(
        _ variants: inout [VariantStatistics], _ table: RunTable, _ places: [[String]],
        _ metric: Metric
    ) {
        let values = variants.map { variant in
            places.map { place in table.scope(variant.variant, cells: [place]).mean }
        }
        let shares = sharesNearBest(values, largerIsBetter: metric == .accuracy) { value, best in
            metric == .accuracy ? value >= best - 0.01 : value <= best * 1.01
        }
        for index in variants.indices {
            variants[index].sensitivity = GridSensitivity(
                values[index].compactMap { $0 }, largerIsBetter: metric == .accuracy)
            variants[index].nearBestShare = shares[index]
        }
    }
}

/// A variant in a cell of the grid, with its planned runs.
public struct PlannedVariant: Sendable {
    /// The name of the variant.
    public let name: String
    /// The values of the grid's keys; empty without a grid.
    public let cell: [String]
    /// The methods of its runs.
    public let methods: Methods
    /// How many runs it has, one a seed.
    public let runs: Int

    /// Makes a planned variant from its parts.
    public init(name: String, cell: [String] = [], methods: Methods, runs: Int) {
        (self.name, self.cell, self.methods, self.runs) = (name, cell, methods, runs)
    }
}
