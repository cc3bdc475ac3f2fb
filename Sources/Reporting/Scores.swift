public import Statistics

/// A variant beside the baseline, over all cells of the grid or in one of them.
public struct Scores: Sendable {
    /// The gain in a cell.
    public struct CellGain: Sendable {
        /// The gain in percentage points of accuracy, or in % less RMSE.
        public let gain: Double
        /// The values of the grid's keys.
        public let cell: [String]
    }

    /// The name of the variant.
    public let variant: String
    /// The values of the grid's keys; nil over all cells.
    public let cell: [String]?
    /// How many seeds times cells.
    public let runs: Int
    /// How many of its runs failed.
    public let failedRuns: Int
    /// How many cells are compared.
    public let cells: Int
    /// In how many of them a run failed, its own or the baseline's.
    public let failedCells: Int
    /// Final accuracy or RMSE: the mean over seeds, then over cells.
    public let value: Double?
    /// The final value of the baseline.
    public let baseline: Double?
    /// The mean gain: over seeds, then over cells. Positive is better.
    public let gain: Double?
    /// The standard deviation over the seeds of the mean gain over cells.
    public let gainDeviation: Double?
    /// The 95 % t interval of the mean gain over cells; nil below three seeds.
    public let gainInterval: Interval?
    /// The mean gain over the cells in which no run failed.
    public let gainWithoutFailures: Double?
    /// The least gain of any cell.
    public let smallest: CellGain?
    /// The largest gain of any cell.
    public let largest: CellGain?
    /// The largest value of any cell minus the least.
    public let spread: Double?
    /// The spread of the baseline's values.
    public let baselineSpread: Double?
    /// The median speed-up over all runs.
    public let speedUp: BoundedRatio?
    /// The smallest speed-up of any run.
    public let smallestSpeedUp: BoundedRatio?
    /// Over how many runs: those where the baseline has a target.
    public let speedUpRuns: Int
    /// How many of them never got there.
    public let unreached: Int
    /// Wall-clock seconds of a round, the baseline's are 1: the median over all runs.
    public let secondsRatio: Double?
    /// Bytes of a round, up and down, the baseline's are 1: the median over all runs.
    public let bytesRatio: Double?

    /// The change of the spread against the baseline's, in %.
    public var spreadChange: Double? {
        guard let spread, let baselineSpread, baselineSpread > 0 else { return nil }
        return 100 * (spread / baselineSpread - 1)
    }

    /// - Parameters:
    ///   - pairs: for each cell its runs beside the baseline's, a pair for each seed.
    ///   - isOverall: whether the cells are all there are.
    init(_ variant: String, _ pairs: [[RunPair]], _ names: [[String]], isOverall: Bool) {
        self.variant = variant
        cell = isOverall ? nil : names.first
        let all = pairs.flatMap { $0 }
        (runs, failedRuns) = (all.count, all.count { $0.hasFailed })
        cells = pairs.count
        let isBroken = pairs.map { $0.contains { $0.hasFailed || $0.hasBaselineFailed } }
        failedCells = isBroken.count { $0 }
        let values = pairs.map { mean($0.compactMap(\.value)) }
        let baselines = pairs.map { mean($0.compactMap(\.baseline)) }
        value = mean(values.compactMap { $0 })
        baseline = mean(baselines.compactMap { $0 })
        let gains = pairs.map { mean($0.compactMap(\.gain)) }
        gain = mean(gains.compactMap { $0 })
        let gainsOfSeeds = Self.gainsOfSeeds(all)
        (gainDeviation, gainInterval) = (
            standardDeviation(gainsOfSeeds), meanInterval(gainsOfSeeds)
        )
        gainWithoutFailures = mean(zip(gains, isBroken).compactMap { $1 ? nil : $0 })
        let known = zip(gains, names).compactMap { gain, name in
            gain.map { CellGain(gain: $0, cell: name) }
        }
        let compares = isOverall && names.count > 1
        smallest = compares ? known.min { $0.gain < $1.gain } : nil
        largest = compares ? known.max { $0.gain < $1.gain } : nil
        spread = isOverall ? Self.spread(values) : nil
        baselineSpread = isOverall ? Self.spread(baselines) : nil
        let ratios = all.compactMap(\.speedUp)
        speedUp = BoundedRatio.median(ratios)
        smallestSpeedUp = BoundedRatio.smallest(ratios)
        speedUpRuns = ratios.count
        unreached = ratios.count { $0.relation != .exact }
        secondsRatio = median(all.compactMap(\.seconds))
        bytesRatio = median(all.compactMap(\.bytes))
    }

    private static func spread(_ values: [Double?]) -> Double? {
        let known = values.compactMap { $0 }
        guard let least = known.min(), let most = known.max(), known.count > 1 else { return nil }
        return most - least
    }

    /// Returns for each seed the mean over its cells.
    private static func gainsOfSeeds(_ pairs: [RunPair]) -> [Double] {
        var seeds: [UInt64] = []
        for pair in pairs where !seeds.contains(pair.seed) { seeds.append(pair.seed) }
        return seeds.compactMap { seed in
            mean(pairs.filter { $0.seed == seed }.compactMap(\.gain))
        }
    }
}
