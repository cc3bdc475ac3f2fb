import Datasets
import Testing

/// Every kind of feature and target, with and without owners.
@Suite struct DatasetFormTests {
    enum Element: CaseIterable { case pixels, symbols, numbers }
    enum Target: CaseIterable { case label, sequence, number, numbers }

    /// 5 training and 3 test samples of 4 features.
    static func decoded(
        _ element: Element, _ target: Target, owners: Bool = true
    ) -> DecodedDataset {
        let width = [.label: 1, .sequence: 4, .number: 1, .numbers: 2][target] ?? 1
        func part(_ count: Int) -> DecodedDataset.Samples {
            let bytes = (0..<count * 4).map { UInt8($0 * 7 % 11) }
            let features: DecodedDataset.Features =
                switch element {
                case .pixels: .bytes(bytes)
                case .symbols: .symbols(bytes)
                case .numbers: .floats(bytes.map { Float($0) / 3 })
                }
            let targets = (0..<count * width).map { $0 * 5 % 7 }
            return DecodedDataset.Samples(
                features: features,
                targets: target == .label || target == .sequence
                    ? .classes(targets.map { Int32($0) })
                    : .numbers(targets.map { Float($0) / 3 - 1 }))
        }
        let isClass = target == .label || target == .sequence
        return DecodedDataset(
            sampleShape: [4], target: isClass ? .classes(7) : .numbers, targetWidth: width,
            targetScale: isClass ? 1 : 2.5, vocabulary: element == .symbols ? 11 : nil,
            owners: owners
                ? DecodedDataset.Owners(
                    kind: "roles", names: ["a", "é", ""], ofTrain: [2, 0, 0, 1, 2]) : nil,
            train: part(5), test: part(3))
    }

    @Test(arguments: Element.allCases, Target.allCases)
    func `what went into the cache comes out of it`(element: Element, target: Target) throws {
        for owners in [true, false] {
            let decoded = Self.decoded(element, target, owners: owners)
            let folder = try TemporaryFolder()
            let cache = DataCache(folder: folder.path)
            let key = try cache.open(FixedSource(data: decoded), seed: 0).key
            let data = try #require(try cache.open(key: key))
            try data.verify()
            #expect(data.sampleShape == [4] && data.target == decoded.target)
            #expect(data.targetWidth == decoded.targetWidth)
            #expect(data.targetScale == decoded.targetScale)
            #expect(data.vocabulary == decoded.vocabulary)
            #expect(data.owners(of: .train) == decoded.owners?.ofTrain)
            #expect(data.owners(of: .test) == nil)
            #expect(data.labels(of: .train) == decoded.train.labels)
            let samples = data.trainingSamples
            #expect(samples.count == 5 && samples.labelsPerSample == data.targetWidth)
            #expect(samples.ownerNames == (owners ? ["a", "é", ""] : []))
            #expect(samples.ownerKind == (owners ? "roles" : "owners"))
            expectGathered(data, decoded)
        }
    }

    /// By single samples, and by ranges.
    private func expectGathered(_ data: Dataset, _ decoded: DecodedDataset) {
        let width = data.targetWidth
        let parts: [(Dataset.Part, DecodedDataset.Samples, [Int32])] = [
            (.train, decoded.train, [3, 0, 4, 3]), (.test, decoded.test, [0, 1, 2]),
        ]
        for (part, source, samples) in parts {
            var features = [Float](repeating: -9, count: 16)
            var targets = [Float](repeating: -9, count: 4 * width)
            var (rangeFeatures, rangeTargets) = (features, targets)
            var numbers = features.mutableSpan
            var predicted = targets.mutableSpan
            data.gather(samples.span, from: part, into: &numbers, targets: &predicted)
            let (allFeatures, allTargets) = Self.plain(source)
            let featureRows = samples.flatMap { Self.row(Int($0), of: allFeatures, width: 4) }
            let targetRows = samples.flatMap { Self.row(Int($0), of: allTargets, width: width) }
            #expect(Array(features.prefix(featureRows.count)) == featureRows)
            #expect(Array(targets.prefix(targetRows.count)) == targetRows)
            numbers = rangeFeatures.mutableSpan
            predicted = rangeTargets.mutableSpan
            data.gatherRange(first: 1, count: 2, from: part, into: &numbers, targets: &predicted)
            #expect(Array(rangeFeatures.prefix(8)) == Array(allFeatures[4..<12]))
            #expect(Array(rangeTargets.prefix(2 * width)) == Array(allTargets[width..<3 * width]))
        }
    }

    private static func readAll(_ data: Dataset, _ part: Dataset.Part) {
        let count = data.count(of: part)
        var features = [Float](repeating: 0, count: count * data.features)
        var targets = [Float](repeating: 0, count: count * data.targetWidth)
        var numbers = features.mutableSpan
        var predicted = targets.mutableSpan
        data.gatherRange(
            first: 0, count: count, from: part, into: &numbers, targets: &predicted)
        #expect(targets.allSatisfy { $0.isFinite })
    }

    private static func row(_ index: Int, of rows: [Float], width: Int) -> ArraySlice<Float> {
        rows[index * width..<(index + 1) * width]
    }

    private static func plain(
        _ samples: DecodedDataset.Samples
    ) -> (features: [Float], targets: [Float]) {
        let features =
            switch samples.features {
            case .bytes(let values): values.map { Float($0) * (Float(1) / 255) }
            case .symbols(let values): values.map { Float($0) }
            case .wideSymbols(let values): values.map { Float($0) }
            case .floats(let values): values
            }
        switch samples.targets {
        case .classes(let labels): return (features, labels.map { Float($0) })
        case .numbers(let numbers): return (features, numbers)
        }
    }

    private static func file(_ element: Element, _ target: Target) throws -> [UInt8] {
        let folder = try TemporaryFolder()
        let key = try DataCache(folder: folder.path).open(
            FixedSource(data: decoded(element, target)), seed: 0
        ).key
        return try bytes(of: "\(folder.path)/\(key).data")
    }

    // 256 bytes of header; the blocks of 20, 5 x 4, 12, 3 x 4, 5 x 4 and 13 bytes start at multiples
    // of 64.
    @Test func `a file with numbers that lead elsewhere is refused when it is opened`() throws {
        func reason(_ target: Target, at index: Int, _ bytes: [UInt8]) throws -> String {
            var altered = try Self.file(.symbols, target)
            altered.replaceSubrange(index..<index + bytes.count, with: bytes)
            do {
                _ = try Dataset(MappedFile(copying: altered, path: "x"))
                return "no error"
            } catch {
                return "\(error)"
            }
        }
        #expect(
            try reason(.label, at: 256 + 64 + 4, [7]) == "x: expected labels from 0 to 6, found 7")
        #expect(
            try reason(.label, at: 256 + 3 * 64 + 3, [255])
                == "x: expected labels from 0 to 6, found -16777216")
        #expect(
            try reason(.label, at: 256 + 2, [11]) == "x: expected symbols from 0 to 10, found 11")
        #expect(
            try reason(.label, at: 256 + 4 * 64, [3]) == "x: expected owners from 0 to 2, found 3")
        #expect(
            try reason(.label, at: 256 + 5 * 64, [0])
                == "x: expected the names of owners and classes, found other texts")
        #expect(
            try reason(.label, at: 256 + 5 * 64, [255])
                == "x: expected the names of owners and classes, found other texts")
        #expect(
            try reason(.number, at: 256 + 64, [0, 0, 0xC0, 0x7F])
                == "x: expected finite targets, found nan")
    }

    @Test func `a header that lies about any form never leads outside the file`() throws {
        for (element, target) in [(Element.symbols, Target.sequence), (.numbers, .numbers)] {
            let sound = try Self.file(element, target)
            for index in 0..<224 {
                for value in [0, 1, 2, 3, 8, 64, 128, 255] as [UInt8] where value != sound[index] {
                    var altered = sound
                    altered[index] = value
                    altered.replaceSubrange(
                        0..<256, with: signedHeader(Array(altered.prefix(256))))
                    guard let data = try? Dataset(MappedFile(copying: altered, path: "x")) else {
                        continue
                    }
                    // A few samples more may fit into the zeros between two blocks.
                    for part in Dataset.Part.allCases { Self.readAll(data, part) }
                    #expect(data.owners(of: .train)?.count ?? 0 <= data.count(of: .train))
                    let bytes = data.count(of: .train) * data.features
                    #expect(bytes <= 128, "byte \(index) = \(value)")
                }
            }
        }
    }
}
