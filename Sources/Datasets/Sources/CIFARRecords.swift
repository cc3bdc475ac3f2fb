import Settings

/// The records of CIFAR's binary files: labels of one byte each, then 1,024 red, 1,024 green and
/// 1,024 blue values, row by row. Images become (32, 32, 3) with the channel last.
///
/// - Source: Krizhevsky 2009, "Learning multiple layers of features from tiny images";
///   www.cs.toronto.edu/~kriz/cifar.html.
struct CIFARRecords {
    /// The number of labels in a record.
    let labels: Int
    /// The label that is read.
    let chosen: Int
    /// The number of classes of each label.
    let classes: [Int]
    private static let pixels = 32 * 32
    private static let imageBytes = 3 * pixels
    private var recordBytes: Int { labels + Self.imageBytes }

    /// Reads the samples of some files, one after the other.
    ///
    /// - Throws: `DataError` for a file that is not whole records, and for labels outside the
    ///   classes.
    func samples(_ paths: [String]) throws(DataError) -> DecodedDataset.Samples {
        var numbers: [Int32] = []
        var pixels: [UInt8] = []
        for path in paths {
            let file = try MappedFile(path: path)
            try check(file)
            file.withBytes { bytes in
                let records = bytes.count / recordBytes
                let first = pixels.count
                pixels.append(contentsOf: repeatElement(0, count: records * Self.imageBytes))
                pixels.withUnsafeMutableBufferPointer { all in
                    for record in 0..<records {
                        let start = record * recordBytes
                        numbers.append(Int32(bytes[start + chosen]))
                        let image = first + record * Self.imageBytes
                        Self.interleave(
                            bytes[(start + labels)..<(start + recordBytes)],
                            into: all[image..<image + Self.imageBytes])
                    }
                }
            }
        }
        return DecodedDataset.Samples(features: .bytes(pixels), labels: numbers)
    }

    /// Counts the pairs of the two labels of records.
    ///
    /// - Returns: the number of records with the labels (a, b), shape (classes of a, classes of b).
    func pairCounts(_ paths: [String]) throws(DataError) -> [[Int]] {
        var counts = [[Int]](
            repeating: [Int](repeating: 0, count: classes[1]), count: classes[0])
        for path in paths {
            let file = try MappedFile(path: path)
            try check(file)
            file.withBytes { bytes in
                for start in stride(from: 0, to: bytes.count, by: recordBytes) {
                    counts[Int(bytes[start])][Int(bytes[start + 1])] += 1
                }
            }
        }
        return counts
    }

    /// Planes (channel, pixel) become (pixel, channel).
    private static func interleave(
        _ planes: Slice<UnsafeRawBufferPointer>,
        into image: Slice<UnsafeMutableBufferPointer<UInt8>>
    ) {
        let planes = UnsafeRawBufferPointer(rebasing: planes)
        let image = UnsafeMutableBufferPointer(rebasing: image)
        for pixel in 0..<pixels {
            for channel in 0..<3 { image[3 * pixel + channel] = planes[channel * pixels + pixel] }
        }
    }

    private func check(_ file: MappedFile) throws(DataError) {
        guard file.count > 0 else {
            throw .damaged(
                path: file.path,
                reason: mismatch(
                    "records of \(recordBytes.grouped) bytes", "an empty file"))
        }
        let (records, rest) = file.count.quotientAndRemainder(dividingBy: recordBytes)
        guard rest == 0 else {
            let kind = FileKind.foreign(file.prefix(1 << 10)).map { ", as of \($0.name)" } ?? ""
            throw .damaged(
                path: file.path,
                reason: mismatch(
                    "records of \(recordBytes.grouped) bytes",
                    "\(file.count.grouped) bytes (record \(records.grouped) has only "
                        + "\(rest.grouped))\(kind)"))
        }
        for place in 0..<labels {
            let bad = file.withBytes { bytes in
                (0..<records).first { Int(bytes[$0 * recordBytes + place]) >= classes[place] }
                    .map { ($0, bytes[$0 * recordBytes + place]) }
            }
            if let (record, label) = bad {
                throw .damaged(
                    path: file.path,
                    reason: "record \(record.grouped): "
                        + mismatch("a label from 0 to \(classes[place] - 1)", "\(label)"))
            }
        }
    }
}
