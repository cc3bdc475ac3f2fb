/// The order of samples in a shifted data set. First come those of client 0, then those of client
/// 1, and so on. Those of a client are in the order of the data.
struct ShiftedRows {
    /// The sample of the original data in each row.
    private(set) var samples: [Int32] = []
    /// The rows of the clients. Each client's rows stand in the order in which its samples were
    /// dealt.
    let partition: Partition
    private var offsets = [0]

    /// Makes the rows of a partition.
    init(_ population: any Population) {
        samples.reserveCapacity(population.totalSize)
        var parts: [[Int32]] = []
        parts.reserveCapacity(population.count)
        for client in 0..<population.count {
            let own = population.samples(of: client)
            let order = own.indices.sorted { (own[$0], $0) < (own[$1], $1) }
            var part = own
            for place in order {
                part[place] = Int32(samples.count)
                samples.append(own[place])
            }
            parts.append(part)
            offsets.append(samples.count)
        }
        partition = Partition(parts, of: samples.count)
    }

    /// Returns the rows of a client.
    func range(of client: Int) -> Range<Int> { offsets[client]..<offsets[client + 1] }
}

/// The features of a shifted data set, while they are put together.
struct ShiftedFeatures {
    private let element: DatasetHeader.Element
    // One of them is used.
    private var bytes: [UInt8] = []
    private var wideSymbols: [Int32] = []
    private var floats: [Float] = []

    /// Reserves room for this number of samples.
    init(_ dataset: Dataset, isComputed: Bool, _ count: Int) {
        element = isComputed ? .float : dataset.header.form.element
        let numbers = count * dataset.features
        switch element {
        case .float: floats.reserveCapacity(numbers)
        case .wideSymbol: wideSymbols.reserveCapacity(numbers)
        case .pixel, .symbol: bytes.reserveCapacity(numbers)
        }
    }

    /// Appends the features of a client, which are of the same kind.
    mutating func append(_ features: DecodedDataset.Features) {
        switch features {
        case .bytes(let values), .symbols(let values): bytes += values
        case .wideSymbols(let values): wideSymbols += values
        case .floats(let values): floats += values
        }
    }

    /// All features, shape (samples, shape...).
    var all: DecodedDataset.Features {
        switch element {
        case .pixel: .bytes(bytes)
        case .symbol: .symbols(bytes)
        case .wideSymbol: .wideSymbols(wideSymbols)
        case .float: .floats(floats)
        }
    }
}

extension Dataset {
    /// Copies the features of samples, shape (samples, shape...).
    ///
    /// - Parameter isComputed: whether bytes of pixels become the numbers that they count.
    func features(
        of samples: ArraySlice<Int32>, from part: Part, isComputed: Bool
    ) -> DecodedDataset.Features {
        let block = block(part).features
        switch header.form.element {
        case .pixel:
            let bytes: [UInt8] = rows(samples, features, block)
            let scale = header.form.element.scale
            return isComputed ? .floats(bytes.map { Float($0) * scale }) : .bytes(bytes)
        case .symbol: return .symbols(rows(samples, features, block))
        case .wideSymbol: return .wideSymbols(rows(samples, features, block))
        case .float: return .floats(rows(samples, features, block))
        }
    }

    /// Copies the labels of training samples, shape (samples, target width); none for numbers.
    func labels(of samples: ArraySlice<Int32>) -> [Int32] {
        classes > 0 ? rows(samples, targetWidth, block(.train).targets) : []
    }

    /// Copies the numbers to predict of training samples, shape (samples, target width).
    func numbers(of samples: [Int32]) -> [Float] {
        rows(samples[...], targetWidth, block(.train).targets)
    }

    private func rows<T: BitwiseCopyable>(
        _ samples: ArraySlice<Int32>, _ width: Int, _ block: Range<Int>
    ) -> [T] {
        file.withBytes { bytes in
            let values = UnsafeRawBufferPointer(rebasing: bytes[block]).bindMemory(to: T.self)
            var result: [T] = []
            result.reserveCapacity(samples.count * width)
            for sample in samples {
                let first = Int(sample) * width
                result.append(contentsOf: values[first..<first + width])
            }
            return result
        }
    }
}
