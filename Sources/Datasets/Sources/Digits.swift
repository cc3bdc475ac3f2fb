import Bytes
import CDigits
import Settings

/// The built-in digits: 1,797 handwritten digits of 8 x 8 pixels in 10 classes. They are for
/// experiments that need real data but no files.
///
/// A pixel is the number of inked points out of 4 x 4: 0 to 16, scaled to 0...1 here. The first
/// 1,437 samples, in the order of the source, are for training, the last 360 for testing.
///
/// - Source: Alpaydin and Kaynak, "Optical Recognition of Handwritten Digits", UCI Machine Learning
///   Repository, 1998, DOI 10.24432/C50P49. The samples are its test part, by 13 writers that are
///   not in its training part. Licence CC BY 4.0.
package struct Digits: DataSource {
    package static let algorithm = Algorithm("digits", revision: 1)
    private static let testCount = 360

    init(_ settings: Settings) {}
    package init() {}

    package var usesSeed: Bool { false }

    private var packed: [UInt8] {
        // The C file has this number of bytes at the address.
        Array(UnsafeBufferPointer(start: hyperfed_digits(), count: Int(hyperfed_digits_size())))
    }

    package func addFacts(to facts: inout KeyFacts) throws(DataError) {
        var digest = ContentDigest()
        digest.add(packed)
        facts.add("content", digest.text)
    }

    package func decode(seed: UInt64) throws(DataError) -> DecodedDataset {
        let name = "the built-in digits"
        let table = try CSVTable(unpacked(packed, name: name), path: name, header: .no)
        let pixels = table.columnCount - 1
        guard pixels == 64, table.rowCount > Self.testCount else {
            throw .damaged(
                path: name,
                reason: mismatch(
                    "rows of 65 numbers", "rows of \(table.columnCount)",
                    "this is a fault in hyperfed, please report it"))
        }
        func samples(_ rows: Range<Int>) throws(DataError) -> DecodedDataset.Samples {
            var features: [Float] = []
            var labels: [Int32] = []
            for row in rows {
                for column in 0..<pixels {
                    features.append(Float(try table.number(row, column)) / 16)
                }
                labels.append(Int32(try table.number(row, pixels)))
            }
            return DecodedDataset.Samples(features: .floats(features), labels: labels)
        }
        let trainCount = table.rowCount - Self.testCount
        return DecodedDataset(
            sampleShape: [8, 8, 1], classes: 10, train: try samples(0..<trainCount),
            test: try samples(trainCount..<table.rowCount), classNames: (0..<10).map(String.init))
    }
}
