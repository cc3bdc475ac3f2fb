import Settings

/// The samples of one part of a NumPy archive.
struct NPZPart {
    /// What the labels or the owners are called: by numbers, or by texts.
    enum Names {
        case numbers([Double])
        case texts([String])

        func rows(_ rows: [Int]) -> Names {
            switch self {
            case .numbers(let values): .numbers(rows.map { values[$0] })
            case .texts(let values): .texts(rows.map { values[$0] })
            }
        }

        /// The names as texts: whole numbers without a point.
        var texts: [String] {
            switch self {
            case .texts(let values): values
            case .numbers(let values): values.map { Int(exactly: $0).map(String.init) ?? "\($0)" }
            }
        }
    }

    let place: String
    /// The archive and the array of the targets, for messages.
    let targetPlace: String
    var features: DecodedDataset.Features
    let shape: [Int]
    var targets: Names
    /// The numbers in a target.
    let targetWidth: Int
    /// The owners of the samples; nil if the archive does not name them.
    var clients: Names?
    /// Warnings for the user about the arrays.
    let notes: [DataNote]

    var count: Int { features.count / shape.reduce(1, *) }

    /// Reads the arrays of a part.
    init(
        _ archive: NPZArchive, _ names: NPZArchive.Part, _ reading: NPZ.Reading, file: String
    ) throws(DataError) {
        let x = try archive.array(names.x)
        let (axes, shape) = try NPZShape.shape(x, reading)
        let count = x.shape[0]
        place = x.place
        self.shape = shape
        features = try Self.features(x, axes, shape, reading)
        notes = NPZShape.notes(x, reading, file: file)
        let y = try archive.array(names.y)
        targetPlace = y.place
        guard y.shape.first == count else {
            throw y.problem(
                "\(count.grouped) targets, as samples in \(names.x)",
                y.shape.isEmpty ? "a single number" : (y.shape.first ?? 0).grouped)
        }
        targetWidth = y.shape.dropFirst().reduce(1, *)
        guard y.shape.count <= 2, reading.predictsNumbers ? targetWidth > 0 : targetWidth == 1
        else {
            throw y.problem(
                "one label for each sample", "shape \(y.shape)",
                "for one-hot labels save y.argmax(axis=1); for numbers set "
                    + "data.dataset.predict: numbers")
        }
        targets = try Self.names(y)
        if reading.predictsNumbers, y.isText {
            throw y.problem("numbers to predict", "texts", "set data.dataset.predict: classes")
        }
        if case .numbers(let values) = targets,
            let index = values.firstIndex(where: {
                $0.magnitude > Double(Float.greatestFiniteMagnitude) || $0.isNaN
            })
        {
            throw y.problem(
                "finite float32 numbers", "\(values[index]) for sample \(index / targetWidth)")
        }
        guard let name = names.client else { return }
        let client = try archive.array(name)
        guard client.shape.reduce(1, *) == count else {
            throw client.problem(
                "\(count.grouped) owners, as samples in \(names.x)", "shape \(client.shape)")
        }
        var owners = try Self.names(client)
        // Doubles would round long identifiers, and so take two owners for one.
        if case .numbers(let values) = owners, values.contains(where: { $0.magnitude >= 0x1p53 }),
            let texts = client.longIntegers()
        {
            owners = .texts(texts)
        }
        if case .numbers(let values) = owners, let index = values.firstIndex(where: \.isNaN) {
            throw client.problem("a number or a text for each owner", "nan for sample \(index)")
        }
        if case .texts(let values) = owners, let index = values.firstIndex(of: "") {
            throw client.problem("a text for each owner", "an empty one for sample \(index)")
        }
        clients = owners
    }

    private static func names(_ array: NPYArray) throws(DataError) -> Names {
        array.isText ? .texts(try array.texts()) : .numbers(array.doubles())
    }

    private static func features(
        _ x: NPYArray, _ axes: [Int]?, _ shape: [Int], _ reading: NPZ.Reading
    ) throws(DataError) -> DecodedDataset.Features {
        func ordered<T>(_ values: [T]) -> [T] {
            guard let axes else { return values }
            // The shape of the array, also if it has rows of numbers.
            let whole = [x.shape[0], shape[2], shape[0], shape[1]]
            return AxisOrder.transposed(values, shape: whole, axes: axes)
        }
        if x.isBytes, reading.bytesArePixels {
            return .bytes(ordered(x.unsignedBytes()))
        }
        let floats = x.floats()
        if let index = floats.firstIndex(where: { !$0.isFinite }) {
            let size = shape.reduce(1, *)
            throw x.problem(
                "finite float32 numbers",
                "\(floats[index]) in sample \(index / size) (number \(index % size) of it)",
                "fill it in, or remove the sample")
        }
        return .floats(ordered(floats))
    }

    /// Returns the samples of these rows as a part of their own.
    func part(_ rows: [Int]) -> NPZPart {
        var part = self
        part.features = rows.count == count ? features : features.rows(rows, shape.reduce(1, *))
        switch targets {
        case .numbers(let values):
            part.targets = .numbers(
                rows.flatMap { values[$0 * targetWidth..<($0 + 1) * targetWidth] })
        case .texts: part.targets = targets.rows(rows)
        }
        part.clients = clients?.rows(rows)
        return part
    }
}

extension DecodedDataset.Features {
    /// Copies some samples.
    ///
    /// - Parameter size: the numbers in a sample.
    func rows(_ rows: [Int], _ size: Int) -> DecodedDataset.Features {
        func copy<T>(_ values: [T]) -> [T] {
            var result: [T] = []
            result.reserveCapacity(rows.count * size)
            for row in rows { result.append(contentsOf: values[row * size..<(row + 1) * size]) }
            return result
        }
        return switch self {
        case .bytes(let values): .bytes(copy(values))
        case .symbols(let values): .symbols(copy(values))
        case .wideSymbols(let values): .wideSymbols(copy(values))
        case .floats(let values): .floats(copy(values))
        }
    }
}
