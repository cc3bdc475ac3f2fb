import Bytes
import ClientRules
import LearningRates
import LinearAlgebra
import Settings
import TestSupport
import Testing

/// What every registered client scheduler must do, on a small softmax regression.
@Suite struct `Laws of client schedulers` {
    /// Each with the first of these optimizers that it works with.
    static let all: [Configuration] = configurations(clientRules).compactMap { scheduler in
        let optimizers = [
            "sgd", "{ kind: sgd, momentum: 0.8 }", "adam",
            "{ kind: adam, epsilon_place: before_correction }",
        ]
        return optimizers.lazy.map { Configuration(scheduler: scheduler, optimizer: $0) }
            .first { (try? $0.replay()) != nil }
    }
    static let adaptive = all.filter { neutralSettings($0.scheduler, clientRules) != nil }

    struct Configuration: Sendable, CustomTestStringConvertible {
        var scheduler: String
        let optimizer: String
        var testDescription: String { "\(scheduler) with \(optimizer)" }

        // Read once: the laws look at it thousands of times.
        private static let oracle = Result {
            try Oracle(path: "\(SourceTree.root)/Tests/Oracles/marthe-softmax.json")
        }

        /// The oracle's parameters before the first step.
        static func start() throws -> [Double] { try oracle.get().start }

        func replay() throws -> Replay<Double> {
            try Replay(
                Self.oracle.get(), scheduler: scheduler, optimizer: optimizer, rate: 0.05,
                weightDecay: 0.01)
        }

        /// Rounds of twelve steps on batches of eight samples, each from the oracle's start.
        ///
        /// - Parameter isFresh: whether each round begins in new memory.
        func rounds(_ range: Range<UInt32>, isFresh: Bool = false, state: inout Carried) throws
            -> [[Double]]
        {
            let oracle = try Self.oracle.get()
            var replay = try replay()
            var results: [[Double]] = []
            for round in range {
                if isFresh { replay = try self.replay() }
                var numbers = Numbers(state: UInt64(round))
                func batches(of samples: UInt64) -> [[Int]] {
                    (0..<40).map { _ in (0..<8).map { _ in Int(numbers.next() % samples) } }
                }
                try replay.restart(
                    at: oracle.start, rate: 0.05, count: 12, batches: batches(of: 64),
                    validation: batches(of: 32), state: state, round: round)
                for _ in 0..<12 {
                    _ = replay.take()
                    results.append([replay.steps.step.rate] + replay.values(.weights))
                }
                replay.steps.finish(&replay.problem)
                state = replay.steps.carried
            }
            return results
        }
    }

    @Test func `there is a configuration of every kind`() throws {
        for row in try nonEmpty(clientSchedulers) {
            #expect(Self.all.contains { $0.scheduler.contains("kind: \(row.kind)") }, "\(row.kind)")
        }
    }

    @Test(arguments: all)
    func `a round is a function of its state, whatever was in the memory`(
        configuration: Configuration
    ) throws {
        var (one, other): (Carried, Carried) = ([], [])
        let expected = try configuration.rounds(0..<4, state: &one)
        #expect(try configuration.rounds(0..<4, isFresh: true, state: &other) == expected)
        #expect(one == other)
    }

    @Test(.slow, arguments: all)
    func `surplus bytes are an error, and so is a cut state`(configuration: Configuration) throws {
        var state: Carried = []
        _ = try configuration.rounds(0..<2, state: &state)
        func fails(_ change: (inout Carried) -> Void) {
            #expect(throws: BytesError.self) {
                var changed = state
                change(&changed)
                _ = try configuration.rounds(2..<3, state: &changed)
            }
        }
        fails { $0.numbers.append(0) }
        fails { $0.vectors.append(0) }
        let size = try configuration.replay().steps.step.vector(.weights).count
        // One vector more than the scheduler carries.
        fails { $0.vectors += [Double](repeating: 0, count: size) }
        if !state.vectors.isEmpty { fails { $0.vectors.removeLast() } }
        // Nothing at all is a client's first round.
        if state.vectors.count > size || !state.numbers.isEmpty && !state.vectors.isEmpty {
            fails { $0.vectors.removeLast(size) }
        }
        let shortest = state.vectors.isEmpty ? 1 : 0
        let step = max(1, state.numbers.count / 16)
        for count in stride(from: shortest, to: state.numbers.count, by: step) {
            fails { $0.numbers = Array($0.numbers.prefix(count)) }
        }
    }

    /// Room is made for what a scheduler may carry before anybody knows what it will.
    @Test(arguments: all)
    func `never more is carried than was announced`(configuration: Configuration) throws {
        var replay = try configuration.replay()
        let made = try optimizer(configuration.optimizer)
        var scheduler = try component(configuration.scheduler, from: clientSchedulers)
        scheduler.start(localRate: 0.05, optimizer: made)
        let most = scheduler.mayCarry.count(scope: scheduler.needs.scope, buffers: made.buffers)
        var state: Carried = []
        _ = try configuration.rounds(0..<2, state: &state)
        let size = replay.steps.step.vector(.weights).count
        #expect(state.vectors.count <= most * size)
        // Nor by a client that takes no step.
        try replay.restart(
            at: try Configuration.start(), rate: 0.05, count: 0, batches: [], state: [])
        replay.steps.finish(&replay.problem)
        #expect(replay.steps.carriedVectors <= most)
        // And not much less: room costs memory.
        #expect(state.vectors.count == most * size)
    }

    /// What the program combines a rule with depends on it: drift corrections take updates for sums
    /// of gradients. MARTHE's released form clamps the client's own gradient and adds the weight decay
    /// itself, so the law leaves released forms out.
    @Test(arguments: all.filter { !$0.scheduler.contains("form: released_code") })
    func `only a rule that says so rewrites the gradient`(configuration: Configuration) throws {
        let plain = Configuration(scheduler: "constant", optimizer: configuration.optimizer)
        var replay = try configuration.replay()
        var other = try plain.replay()
        var numbers = Numbers(state: 5)
        var isSame = true
        var weights = try Configuration.start()
        let batches = (0..<16).map { _ in (0..<8).map { _ in Int(numbers.next() % 64) } }
        let held = (0..<40).map { _ in (0..<8).map { _ in Int(numbers.next() % 32) } }
        try replay.restart(at: weights, rate: 0.05, count: 8, batches: batches, validation: held)
        for step in 0..<8 {
            other.problem.weightDecay = replay.problem.weightDecay
            try other.restart(at: weights, rate: 0.05, count: 8, batches: [batches[step]])
            _ = replay.take()
            _ = other.take()
            isSame = isSame && replay.values(.gradient) == other.values(.gradient)
            weights = replay.values(.weights)
        }
        var scheduler = try component(configuration.scheduler, from: clientSchedulers)
        scheduler.start(localRate: 0.05, optimizer: try optimizer(configuration.optimizer))
        #expect(isSame != scheduler.needs.rewritesGradient)
    }

    @Test(arguments: adaptive)
    func `neutral settings are the constant scheduler, bit for bit`(
        configuration: Configuration
    ) throws {
        var neutral = configuration
        neutral.scheduler = try #require(
            neutralSettings(configuration.scheduler, clientRules))
        let constant = Configuration(scheduler: "constant", optimizer: configuration.optimizer)
        var (first, second, third): (Carried, Carried, Carried) = ([], [], [])
        // With carry: all the optimizer's buffers survive a round, which the constant scheduler's
        // don't.
        let isAlike = configuration.optimizer == "sgd" || !neutral.scheduler.contains("carry: all")
        let expected = try constant.rounds(0..<(isAlike ? 3 : 1), state: &first)
        #expect(try neutral.rounds(0..<(isAlike ? 3 : 1), state: &second) == expected)
        #expect(try configuration.rounds(0..<(isAlike ? 3 : 1), state: &third) != expected)
    }
}
