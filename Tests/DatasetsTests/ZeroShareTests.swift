import Datasets
import Testing

@Suite struct `The share of zeros` {
    private func share(
        _ features: DecodedDataset.Features, width: Int, vocabulary: Int? = nil
    ) throws -> Double {
        let count = features.count / width
        return try Dataset(
            DecodedDataset(
                sampleShape: [width], target: .classes(2), vocabulary: vocabulary,
                train: .init(features: features, labels: (0..<count).map { Int32($0 % 2) }),
                test: .init(features: Self.none(like: features), labels: []))
        ).shareOfZeros()
    }

    private static func none(like features: DecodedDataset.Features) -> DecodedDataset.Features {
        switch features {
        case .bytes: .bytes([])
        case .symbols: .symbols([])
        case .wideSymbols: .wideSymbols([])
        case .floats: .floats([])
        }
    }

    @Test func `counts pixels and numbers, with either sign`() throws {
        #expect(try share(.bytes([0, 1, 0, 0, 255, 7]), width: 3) == 0.5)
        #expect(
            try share(.floats([0, 1, -0.0, .leastNonzeroMagnitude, .nan, 2, 3, 4]), width: 2)
                == 0.25)
    }

    @Test func `is 0 for symbols and without samples`() throws {
        #expect(try share(.symbols([0, 0, 0, 1]), width: 2, vocabulary: 2) == 0)
        #expect(try share(.bytes([]), width: 2) == 0)
    }

    /// Data sets are often sorted by class: counting their first samples would mislead.
    @Test func `is estimated from the whole part`() throws {
        let bytes: [UInt8] = (0..<10_000).map { $0 % 2 == 0 && $0 < 5_000 ? 0 : 1 }
        #expect(try share(.bytes(bytes), width: 2) == 0.25)
        #expect(try share(.bytes(bytes.reversed()), width: 2) == 0.25)
    }
}
