import RandomStreams
import Settings

/// The number of test samples of a file that has no test part of its own. The samples are drawn by
/// the seed of the data.
package struct TestShare: Sendable {
    /// The share of the samples that is for testing.
    package var fraction = 0.2
    /// The number of test samples, in place of a share; nil if it is not given.
    package var samples: Int?
    /// Whether the scenario gives one of the two.
    package private(set) var isGiven = false

    package init(fraction: Double = 0.2, samples: Int? = nil) {
        (self.fraction, self.samples) = (fraction, samples)
    }

    /// Reads `test_fraction` and `test_samples`.
    ///
    /// - Parameter testKey: the key of the test part, and its value; empty if it is not given. A
    ///   scenario with both is refused.
    init(_ settings: Settings, beside testKey: (key: String, value: String)? = nil) {
        isGiven = settings.isGiven("test_fraction") || settings.isGiven("test_samples")
        let hasTestPart = testKey.map { !$0.value.isEmpty } ?? false
        // A default in the resolved scenario would be a second answer.
        if !hasTestPart && !settings.isGiven("test_samples") || settings.isGiven("test_fraction") {
            fraction = settings.number(
                "test_fraction", default: 0.2, in: .fraction,
                "share of the samples that is for testing, where there is no test part")
        }
        samples = settings.optionalInteger(
            "test_samples", in: .nonNegative, "how many samples are for testing, instead of a share"
        )
        if let testKey, hasTestPart {
            for key in ["test_fraction", "test_samples"] where settings.isGiven(key) {
                settings.reject(
                    key,
                    expected: "no value beside \(testKey.key), whose samples are all for tests",
                    found: "one", advice: "remove \(key) or \(testKey.key)")
            }
        } else if samples != nil, settings.isGiven("test_fraction") {
            settings.reject(
                "test_fraction", expected: "test_fraction or test_samples", found: "both",
                advice: "remove one")
        }
    }

    func addFacts(to facts: inout KeyFacts) {
        facts.add("test_fraction", fraction)
        facts.add("test_samples", samples)
    }

    /// Draws the test samples. Both parts keep the order of the file.
    ///
    /// - Stream of purpose `.data`: (client 0) draws the test samples.
    func split(
        _ count: Int, seed: UInt64, path: String, _ notes: inout [DataNote]
    ) throws(DataError) -> CSVSplit {
        let testCount = samples ?? Int((fraction * Double(count)).rounded())
        guard testCount < count else {
            throw .damaged(
                path: path,
                reason: mismatch(
                    "fewer test samples than the \(counted(count, "sample")) of the file",
                    testCount.grouped, "lower data.dataset.test_samples"))
        }
        if testCount == 0, samples == nil, fraction > 0 {
            notes.append(
                DataNote(
                    "no test samples", path,
                    mismatch(
                        "a test sample or more",
                        "none (test_fraction \(fraction) of \(counted(count, "sample")))",
                        "the global model is never tested; set data.dataset.test_samples")))
        }
        return CSVSplit(rows: count, testCount: testCount, key: RandomKey(seed: seed, .data))
    }
}
