import Datasets
import Testing

@Suite struct DatasetTests {
    static func decoded(floats: Bool = false) -> DecodedDataset {
        func samples(_ count: Int, from first: Int) -> DecodedDataset.Samples {
            let values = (0..<count * 15).map { first + $0 * 31 }
            return DecodedDataset.Samples(
                features: floats
                    ? .floats(values.map { Float($0) / 8 })
                    : .bytes(values.map { UInt8(truncatingIfNeeded: $0) }),
                labels: (0..<count).map { Int32(($0 * 5 + first) % 4) })
        }
        return DecodedDataset(
            sampleShape: [5, 3], classes: 4, train: samples(23, from: 1), test: samples(9, from: 2))
    }

    static func fileBytes(floats: Bool = false) throws -> [UInt8] {
        let folder = try TemporaryFolder()
        let opened = try DataCache(folder: folder.path).open(
            FixedSource(data: decoded(floats: floats)), seed: 0)
        return try bytes(of: "\(folder.path)/\(opened.key).data")
    }

    @Test(arguments: [false, true])
    func `what went in is there`(floats: Bool) throws {
        let decoded = Self.decoded(floats: floats)
        let data = try Dataset(decoded)
        #expect(data.sampleShape == [5, 3] && data.features == 15 && data.classes == 4)
        #expect(data.count(of: .train) == 23 && data.count(of: .test) == 9)
        #expect(data.labels(of: .train) == decoded.train.labels)
        #expect(data.labels(of: .test) == decoded.test.labels)
        #expect(data.key == "memory")
        try data.verify()
    }

    @Test(arguments: [false, true])
    func `gather copies rows as the plain reference does`(floats: Bool) throws {
        let decoded = Self.decoded(floats: floats)
        let data = try Dataset(decoded)
        for (part, source) in [(Dataset.Part.train, decoded.train), (.test, decoded.test)] {
            let samples: [Int32] = [3, 0, 8, 3, 7]
            var features = [Float](repeating: -1, count: 5 * 15 + 2)
            var labels = [Float](repeating: -1, count: 6)
            var numbers = features.mutableSpan
            var classes = labels.mutableSpan
            data.gather(samples.span, from: part, into: &numbers, targets: &classes)
            let expected = samples.flatMap { sample in
                (0..<15).map { Self.number(source.features, Int(sample) * 15 + $0) }
            }
            #expect(features == expected + [-1, -1])
            #expect(labels == samples.map { Float(source.labels[Int($0)]) } + [-1])
        }
    }

    @Test(arguments: [false, true])
    func `a range is gathered like its samples`(floats: Bool) throws {
        let data = try Dataset(Self.decoded(floats: floats))
        for (first, count) in [(0, 9), (4, 5), (8, 1), (9, 0)] {
            var oneByOne = [Float](repeating: 0, count: 150)
            var oneByOneLabels = [Float](repeating: 0, count: 10)
            var (atOnce, atOnceLabels) = (oneByOne, oneByOneLabels)
            let samples = (first..<first + count).map { Int32($0) }
            var numbers = oneByOne.mutableSpan
            var classes = oneByOneLabels.mutableSpan
            data.gather(samples.span, from: .test, into: &numbers, targets: &classes)
            numbers = atOnce.mutableSpan
            classes = atOnceLabels.mutableSpan
            data.gatherRange(
                first: first, count: count, from: .test, into: &numbers, targets: &classes)
            #expect(oneByOne == atOnce && oneByOneLabels == atOnceLabels)
        }
    }

    private static func number(_ features: DecodedDataset.Features, _ index: Int) -> Float {
        switch features {
        case .bytes(let values): Float(values[index]) * (Float(1) / 255)
        case .symbols(let values): Float(values[index])
        case .wideSymbols(let values): Float(values[index])
        case .floats(let values): values[index]
        }
    }

    @Test func `a file that is cut off anywhere is refused`() throws {
        let sound = try Self.fileBytes()
        for length in 0..<sound.count {
            #expect(throws: DataError.self, "\(length) bytes") {
                try Dataset(MappedFile(copying: Array(sound.prefix(length)), path: "x"))
            }
        }
        #expect(throws: DataError.damaged(path: "x", reason: "expected 1,024 bytes, found 1,025")) {
            try Dataset(MappedFile(copying: sound + [0], path: "x"))
        }
        #expect(
            throws: DataError.damaged(
                path: "x", reason: "expected 256 bytes, found only 7")
        ) { try Dataset(MappedFile(copying: Array(sound.prefix(7)), path: "x")) }
    }

    @Test func `a flipped bit anywhere is refused, and in the header already when opening`() throws
    {
        let sound = try Self.fileBytes(floats: true)
        let data = try Dataset(MappedFile(copying: sound, path: "x"))
        let padding = Self.padding(data)
        for index in sound.indices {
            var altered = sound
            altered[index] ^= 1 << UInt8(index % 8)
            guard let data = try? Dataset(MappedFile(copying: altered, path: "x")) else { continue }
            #expect(index >= 256, "byte \(index)")
            if padding.contains(index) { continue }
            #expect(throws: DataError.self, "byte \(index)") { try data.verify() }
        }
    }

    // Zeros between the blocks: nobody reads them. Blocks are 23 x 60, 23 x 4, 9 x 60, 9 x 4 bytes.
    private static func padding(_ data: Dataset) -> Set<Int> {
        var end = 256
        var gaps: Set<Int> = []
        // Nobody owns samples, so the last two blocks are empty.
        for bytes in [23 * 60, 23 * 4, 9 * 60, 9 * 4, 0, 0] {
            let start = (end + 63) / 64 * 64
            gaps.formUnion(end..<start)
            end = start + bytes
        }
        return gaps
    }

    // What could go wrong: the hash keeps accidents out, so the checks behind it are never tried.
    // Here every byte of the header takes other values with the hash made to fit.
    @Test func `a header that lies never leads outside the file`() throws {
        let sound = try Self.fileBytes()
        for index in 0..<224 {
            for value in [0, 1, 2, 3, 127, 128, 254, 255] as [UInt8] where value != sound[index] {
                var altered = sound
                altered[index] = value
                altered.replaceSubrange(0..<256, with: signedHeader(Array(altered.prefix(256))))
                guard let data = try? Dataset(MappedFile(copying: altered, path: "x")) else {
                    continue
                }
                // Only more classes, another key or another content hash may pass.
                #expect((28..<32).contains(index) || index >= 152, "byte \(index) = \(value)")
                #expect(data.count(of: .train) == 23 && data.features == 15)
            }
        }
    }

    @Test func `a label outside the classes is refused`() throws {
        var altered = try Self.fileBytes()
        altered[640] = 4  // 23 x 15 bytes of features end at 256 + 345
        #expect(
            throws: DataError.damaged(path: "x", reason: "expected labels from 0 to 3, found 4")
        ) {
            try Dataset(MappedFile(copying: altered, path: "x"))
        }
    }

    @Test func `other files are refused in words`() throws {
        var altered = try Self.fileBytes()
        altered[8] = 9
        #expect(
            throws: DataError.damaged(
                path: "x", reason: "expected version 3 of the format, found 9")
        ) { try Dataset(MappedFile(copying: altered, path: "x")) }
        altered[0] = 0
        #expect(
            throws: DataError.damaged(
                path: "x", reason: "expected a data set of hyperfed, found another kind of file")
        ) { try Dataset(MappedFile(copying: altered, path: "x")) }
        #expect(
            throws: DataError.system(operation: "open", path: "/nowhere/x", number: 2)
        ) { try Dataset(path: "/nowhere/x") }
    }
}
