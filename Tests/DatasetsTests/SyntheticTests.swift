import Datasets
import Foundation
import TestSupport
import Testing

@Suite struct SyntheticTests {
    private func values(_ samples: DecodedDataset.Samples) -> [Float] {
        guard case .floats(let values) = samples.features else { return [] }
        return values
    }

    private func decoded(
        _ alpha: Double, _ beta: Double, owners: Int = 30, isIID: Bool = false, seed: UInt64 = 1
    ) throws -> DecodedDataset {
        try Synthetic(alpha: alpha, beta: beta, owners: owners, isIID: isIID).decode(seed: seed)
    }

    @Test(.slow) func `the seed alone decides, and more owners change none of the others`() throws {
        let data = try decoded(1, 1)
        #expect(try decoded(1, 1).train == data.train)
        #expect(try decoded(1, 1, seed: 2).train != data.train)
        let fewer = try decoded(1, 1, owners: 5)
        #expect(data.train.labels.starts(with: fewer.train.labels))
        #expect(values(data.test).starts(with: values(fewer.test)))
    }

    @Test(.slow) func `sizes are at least 50, and a tenth is for testing`() throws {
        let data = try decoded(0, 0, owners: 400)
        let owners = try #require(data.owners).ofTrain
        #expect(owners == owners.sorted() && Set(owners).count == 400)
        let sizes = (0..<400).map { owner in owners.count { $0 == owner } }
        #expect((sizes.min() ?? 0) >= 45)
        // Medians: exp(4) + 50 = 104.6 in all, 94 for training.
        #expect((78...118).contains(sizes.sorted()[200]))
        let share = Double(data.test.labels.count) / Double(owners.count + data.test.labels.count)
        #expect((0.1..<0.11).contains(share))
    }

    // Σ_jj = j^-1.2 within an owner, mean N(B, 1) with B ~ N(0, β²) between owners.
    @Test(.slow, arguments: [0.0, 1, 3])
    func `features have the variances of the paper`(beta: Double) throws {
        let data = try decoded(1, beta, owners: 300)
        let features = values(data.train)
        let owners = try #require(data.owners).ofTrain
        var sums = [[Double]](repeating: [Double](repeating: 0, count: 60), count: 300)
        var counts = [Double](repeating: 0, count: 300)
        for (row, owner) in owners.enumerated() {
            counts[Int(owner)] += 1
            for index in 0..<60 { sums[Int(owner)][index] += Double(features[row * 60 + index]) }
        }
        let means = sums.indices.map { owner in sums[owner].map { $0 / counts[owner] } }
        var within = [Double](repeating: 0, count: 60)
        for (row, owner) in owners.enumerated() {
            for index in 0..<60 {
                let distance = Double(features[row * 60 + index]) - means[Int(owner)][index]
                within[index] += distance * distance
            }
        }
        let freedom = Double(owners.count - 300)
        for index in [0, 1, 9, 59] {
            let expected = pow(Double(index + 1), -1.2)
            let ratio = within[index] / freedom / expected
            #expect(abs(ratio - 1) < 0.05, "feature \(index)")
        }
        // The mean over the 60 features of v_k is B_k plus N(0, 1/60).
        let centres = means.map { $0.reduce(0, +) / 60 }
        let spread = centres.map { $0 * $0 }.reduce(0, +) / 300
        #expect(abs(spread / (beta * beta + 1.0 / 60) - 1) < 0.3, "\(spread)")
    }

    // A rule per owner: the same point gets other labels. With iid one rule labels all samples.
    @Test(.slow) func `iid owners share one distribution`() throws {
        let data = try decoded(1, 1, owners: 100, isIID: true)
        let features = values(data.train)
        let rows = Double(data.train.labels.count)
        for index in [0, 30, 59] {
            let mean =
                stride(from: index, to: features.count, by: 60).reduce(0.0) {
                    $0 + Double(features[$1])
                } / rows
            #expect(abs(mean) < 0.05)
        }
        #expect(try decoded(0, 7, owners: 100, isIID: true).train == data.train)
    }

    @Test func `sizes that don't fit are refused before anything is drawn`() throws {
        let whole = try Synthetic(alpha: 1, beta: 1, owners: 5, testFraction: 0).decode(seed: 1)
        let owners = try #require(whole.owners).ofTrain
        #expect((0..<5).map { owner in owners.count { $0 == owner } }.max() == 1_334)
        #expect(
            throws: DataError.impossible(
                dataset: "synthetic",
                reason:
                    "expected an owner with a training sample, found none (the largest owner has "
                    + "1,334 samples and test_fraction is 0.9999); lower test_fraction")
        ) { try Synthetic(alpha: 1, beta: 1, owners: 5, testFraction: 0.9999).decode(seed: 1) }
        let start = processorSeconds()
        do {
            _ = try decoded(1, 1, owners: 100_000)
            Issue.record("no error")
        } catch {
            let message = "\(error)"
            #expect(
                message.hasPrefix("synthetic: expected at most 1,073,741,824 numbers, found 2,"))
            #expect(message.hasSuffix(" in the samples of 100,000 owners; use fewer owners"))
        }
        // Their samples would take minutes.
        #expect(processorSeconds() - start < 10)
    }

    @Test func `the key tells all settings and seeds apart`() throws {
        let sources = [
            Synthetic(alpha: 1, beta: 0, owners: 3), Synthetic(alpha: 0, beta: 1, owners: 3),
            Synthetic(alpha: 1, beta: 0, owners: 4),
            Synthetic(alpha: 1, beta: 0, owners: 3, isIID: true),
            Synthetic(alpha: 1, beta: 0, owners: 3, testFraction: 0.2),
        ]
        let keys = try sources.map { try $0.contentKey(seed: 1) }
        #expect(Set(keys).count == keys.count)
        #expect(try sources[0].contentKey(seed: 2) != keys[0])
    }
}
