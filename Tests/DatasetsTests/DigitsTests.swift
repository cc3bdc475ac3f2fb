import Datasets
import Testing

@Suite struct DigitsTests {
    // The first row of the data set's own file, optdigits.tes.
    @Test func `the first digit is the one of the source`() throws {
        let data = try Digits().decode(seed: 0)
        #expect(data.sampleShape == [8, 8, 1] && data.classes == 10)
        #expect(data.train.labels.count == 1_437 && data.test.labels.count == 360)
        #expect(data.train.labels.prefix(12) == [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1])
        #expect(data.test.labels.suffix(5) == [9, 0, 8, 9, 8])
        guard case .floats(let pixels) = data.train.features else {
            Issue.record("pixels are not numbers")
            return
        }
        #expect(
            pixels.prefix(16).map { $0 * 16 } == [
                0, 0, 5, 13, 9, 1, 0, 0, 0, 0, 13, 15, 10, 15, 5, 0,
            ])
        #expect(pixels.allSatisfy { (0...1).contains($0) })
        // 1,797 labels of 10 classes, as the source counts them.
        let all = data.train.labels + data.test.labels
        #expect(
            (0..<10).map { label in all.count { $0 == label } }
                == [178, 182, 177, 183, 181, 182, 181, 179, 174, 180])
    }
}
