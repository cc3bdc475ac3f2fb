/// The samples of each client in three parts: training samples, held-out validation samples, and
/// held-out test samples. The last two measure the model on the client's own data.
///
/// The parts of a client follow from its own samples. If they are drawn, they also follow from the
/// stream (seed, validation, client). Other clients do not change them. A drawn validation part is
/// the same with or without a test part. Inside a part, samples keep the order in which they were
/// dealt. Nothing is stored: the parts of a client are computed at each request.
public struct Holdout: Sendable {
    /// The rule that chooses the held-out samples of a client.
    public enum Choice: String, Sendable {
        /// The held-out samples are drawn from the seed.
        case drawn
        /// The samples with the largest numbers are held out, for every order in which they were
        /// dealt. First comes the validation part, then, at the end, the test part.
        case last
    }

    /// The samples that each client trains on. Their number is the client's weight.
    public let training: any Population
    /// The samples that each client validates on.
    public let validation: any Population
    /// The samples that each client tests on.
    public let test: any Population

    /// Splits the samples of each client; `counts` computes the sizes.
    ///
    /// - Parameters:
    ///   - population: all samples of each client.
    ///   - validation: share of each client's samples that is held out for validation, 0..<1.
    ///   - test: share that is held out for tests, 0..<1; both together are below 1.
    ///   - choice: which samples are held out.
    ///   - seed: the seed of the partition; `Choice.last` does not use it.
    /// - Complexity: one pass over the sizes of the clients; none if both shares are 0.
    public init(
        _ population: any Population, validation: Double, test: Double, choice: Choice = .drawn,
        seed: UInt64
    ) {
        let split = HeldOutPart.Split(
            population: population, validation: validation, test: test, choice: choice, seed: seed)
        let parts = HeldOutPart.all(of: split)
        training = split.holdsOut ? parts.training : population
        (self.validation, self.test) = (parts.validation, parts.test)
    }

    /// Computes how many samples go into each part.
    ///
    /// A held-out part has ⌊fraction · samples⌋ samples, but at least 1 if the fraction is not 0
    /// and there are 3 samples or more. Training keeps at least 1.
    public static func counts(of samples: Int, validation: Double, test: Double) -> (
        training: Int, validation: Int, test: Int
    ) {
        func count(_ fraction: Double) -> Int {
            guard fraction > 0, samples > 0 else { return 0 }
            // 0.29 of 100 is 29, though the product of the doubles is slightly smaller.
            let whole = Int((fraction * Double(samples) + 1e-9).rounded(.down))
            return max(whole, samples >= 3 ? 1 : 0)
        }
        var (held, tested) = (count(validation), count(test))
        // The larger part becomes smaller, so that the client can train.
        while samples > 0, held + tested >= samples {
            if held >= tested { held -= 1 } else { tested -= 1 }
        }
        return (samples - held - tested, held, tested)
    }
}
