/// Names one stream of random numbers: the same key always gives the same numbers, and two keys
/// give independent ones.
///
/// A function that needs chance takes a key and makes its own stream. No generator is ever shared,
/// stored or advanced across clients or rounds, so a result can't depend on who asked first.
public struct RandomKey: Hashable, Sendable {
    /// What the numbers are for. The numbers are part of the results: never renumber.
    public enum Purpose: UInt32, Sendable, CaseIterable {
        /// Which clients take part in a round.
        case cohort = 1
        /// The partition: which sample belongs to which client.
        case partition = 2
        /// The draw of the initial parameters.
        case initialization = 3
        /// The order of the training samples of a client in a round.
        case batches = 4
        /// Which samples of a client are held out from training.
        case validation = 5
        /// Simulated dropout of clients.
        case dropout = 6
        /// Faults that tests inject.
        case faults = 7
        /// The samples of generated data sets.
        case data = 8
        /// Seeds that are derived from another seed.
        case seeds = 9
        /// The order of the validation samples of a client in a round.
        case validationBatches = 10
        /// Perturbations that a client's scheduler draws in a round.
        case scheduler = 11
        /// Values of settings that each seed of a comparison draws.
        case startingValues = 12
        /// Speeds of the clients' devices.
        case devices = 13
        /// Draws of shifts: noise, wrong labels, orders of pixels.
        case shifts = 14
        /// Resamples of results: bootstrap intervals, drawn permutations.
        case statistics = 15
        /// Draws of a client that compresses its update in a round.
        case compression = 16
        /// Draws of the server that compresses the model for a client in a round.
        case modelCompression = 17
    }

    /// The seed of the run (or of the partition).
    public var seed: UInt64
    /// The purpose of the numbers.
    public var purpose: Purpose
    /// The client, or another number that tells streams of one purpose apart.
    public var client: UInt32
    /// The round, or a second such number.
    public var round: UInt32

    /// A key; client and round are 0 where the purpose has none.
    public init(seed: UInt64, _ purpose: Purpose, client: UInt32 = 0, round: UInt32 = 0) {
        self.seed = seed
        self.purpose = purpose
        self.client = client
        self.round = round
    }

    /// Returns the stream of this key, from its first number.
    public func stream() -> RandomStream { RandomStream(self) }
}
