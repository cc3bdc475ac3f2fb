/// How a comparison treats runs that are there.
public struct ComparisonOptions: Sendable {
    /// A part of the runs: every `count`-th one, from the `index`-th on.
    public struct Shard: Equatable, Sendable {
        /// Which part, from 1.
        public let index: Int
        /// How many parts there are.
        public let count: Int

        /// Reads `K/N`; nil for other texts.
        public init?(_ text: String) {
            let parts = text.split(separator: "/", omittingEmptySubsequences: false)
            guard parts.count == 2, let index = Int(parts[0]), let count = Int(parts[1]),
                index >= 1, index <= count
            else { return nil }
            (self.index, self.count) = (index, count)
        }

        func has(_ run: Int) -> Bool { run % count == index - 1 }
    }

    /// Whether runs that are there stay, and only the others run.
    public var continues: Bool
    /// Whether runs that failed run again.
    public var retriesFailed: Bool
    /// The part of the runs that this program runs; nil for all. Several programs may then write
    /// into one folder.
    public var shard: Shard?
    /// Whether the studies are all of their file.
    public var isWhole: Bool
    /// Whether the plan of an earlier comparison in the folder may be another one.
    let acceptsOtherPlan: Bool

    /// Makes options; by default the folder must not have any of the runs.
    public init(
        continues: Bool = false, retriesFailed: Bool = false, shard: Shard? = nil,
        isWhole: Bool = true
    ) {
        acceptsOtherPlan = continues || retriesFailed
        self.continues = continues || retriesFailed || shard != nil
        (self.retriesFailed, self.shard, self.isWhole) = (retriesFailed, shard, isWhole)
    }
}
