public import Reporting
import Simulation
import Statistics

/// One variant of a comparison with all its runs.
public struct VariantData: Sendable {
    /// The runs of one combination of grid values; without a grid, all runs.
    public struct Cell: Sendable {
        /// The values of the grid's keys, in the grid's order.
        public let values: [String]
        /// The runs in the order of seeds.
        public let runs: [RunData]

        /// The runs that have finished.
        public var finished: [RunData] { runs.filter { $0.status == .done } }

        /// The mean of what its runs count as: final values, and constant predictions of diverged
        /// runs. Nil if there are none.
        public var counted: Double? { mean(runs.compactMap(\.counted)) }

        /// How many runs failed.
        public var failures: Int { runs.count { $0.status == .failed } }
    }

    /// The name of the variant in the scenario.
    public let name: String
    /// The name in figures and tables.
    public let label: String
    /// Its place in the order of colours: 0 is the baseline.
    public internal(set) var index: Int
    /// The methods of its runs.
    public let methods: Methods
    /// The combinations of grid values in their order; one without a grid.
    public let cells: [Cell]
    /// The cell whose rounds are drawn: the one with the best mean.
    public let drawnCell: Int
    /// What its clients did, in the runs of `drawnCell`.
    public internal(set) var clients: ClientData?

    init(
        name: String, label: String?, index: Int, methods: Methods, cells: [Cell], metric: Metric
    ) {
        (self.name, self.label, self.index) = (name, label ?? name, index)
        (self.methods, self.cells) = (methods, cells)
        let values = cells.map(\.counted)
        var best = 0
        for (index, value) in values.enumerated() {
            guard let value else { continue }
            guard let other = values[best] else {
                best = index
                continue
            }
            if metric == .accuracy ? value > other : value < other { best = index }
        }
        drawnCell = best
    }

    /// All runs, cell by cell.
    public var runs: [RunData] { cells.flatMap(\.runs) }

    /// The runs whose rounds are drawn: the finished ones of the best cell. If none has finished,
    /// those that go on, or failed, with an evaluation.
    public var drawn: [RunData] {
        guard cells.indices.contains(drawnCell) else { return [] }
        let runs = cells[drawnCell].runs.filter { $0.series.map { $0.roundCount > 0 } ?? false }
        let finished = runs.filter { $0.status == .done }
        return finished.isEmpty ? runs : finished
    }
}
