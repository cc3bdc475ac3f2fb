import Settings

/// The samples of LEAF's `train` or `test` folder.
///
///     {"users": ["f_1", ...], "num_samples": [120, ...],
///      "user_data": {"f_1": {"x": [[...], ...], "y": [...]}, ...}}
///
/// `x` is a list of numbers, or a text of which each character is a symbol; `y` is a number or a
/// character. Other keys (`hierarchies`, `raw`) are skipped. In the test files of LEAF's
/// Shakespeare `num_samples` also counts the 79 samples of each user that LEAF leaves out between
/// the parts.
struct LEAFPart {
    /// The numbers of all samples; empty for texts.
    var numbers: [Float] = []
    /// The characters of all samples, by their number in `LEAFCharacters`; empty for numbers.
    var symbols: [UInt8] = []
    /// Labels that are numbers, or characters by their number.
    var labels: [Double] = []
    /// Users in the order in which they are read, with the number of their samples.
    private(set) var users: [(name: String, count: Int)] = []
    /// Numbers or characters in a sample; nil before the first one.
    private(set) var width: Int?
    private(set) var isText = false

    private var known: Set<String> = []
    private var bytes: [UInt8] = []
    private let expectedSamples: Int
    private let largestText: Int
    private static let most = 1 << 30

    /// Reads all files of a part.
    ///
    /// - Parameter paths: the files, in order.
    init(_ paths: [String], _ characters: inout LEAFCharacters) throws(DataError) {
        var (samples, size) = (0, 0)
        for path in paths {
            size += try RegularFile(path: path).count
            samples += try Self.announcedSamples(path)
        }
        (expectedSamples, largestText) = (samples, size)
        for path in paths { try read(path, &characters) }
    }

    /// Returns the number of samples that a file announces before its data; 0 if it does not.
    ///
    /// With this number memory is reserved once. An array that grows would need twice as much.
    private static func announcedSamples(_ path: String) throws(DataError) -> Int {
        var stream = try JSONStream(path: path)
        guard try stream.skip("{") else { return 0 }
        while try stream.next() == UInt8(ascii: "\"") {
            let key = try stream.text()
            guard key != "user_data", try stream.skip(":") else { return 0 }
            if key == "num_samples" {
                var counts: [Float] = []
                try stream.numbers(into: &counts, most: most)
                let sum = counts.reduce(0) { $0 + Double($1) }
                return (0...Double(most)).contains(sum) ? Int(sum) : 0
            }
            try stream.skipValue()
            guard try stream.skip(",") else { return 0 }
        }
        return 0
    }

    private mutating func read(
        _ path: String, _ characters: inout LEAFCharacters
    ) throws(DataError) {
        var stream = try JSONStream(path: path)
        if try stream.next() == nil {
            throw .damaged(
                path: path, reason: mismatch("LEAF's JSON", "an empty file"))
        }
        let first = users.count
        var names: [String]?
        var counts: [Float] = []
        var hasData = false
        try stream.object { stream, key throws(DataError) in
            switch key {
            case "users":
                var found: [String] = []
                try stream.list { stream throws(DataError) in found.append(try stream.text()) }
                names = found
            case "num_samples":
                counts.removeAll()
                try stream.numbers(into: &counts, most: Self.most)
            case "user_data":
                guard !hasData else { throw try stream.problem("one user_data", found: "a second") }
                hasData = true
                try stream.object { stream, user throws(DataError) in
                    try readUser(&stream, user, &characters)
                }
            default: try stream.skipValue()
            }
        }
        guard try stream.next() == nil else { throw try stream.problem("the end of the text") }
        guard hasData else {
            throw .damaged(
                path: path,
                reason: mismatch("LEAF's keys users, num_samples and user_data", "no user_data"))
        }
        try check(names, counts, users[first...], path)
    }

    /// Compares the users and their numbers of samples with the lists of the file.
    private func check(
        _ names: [String]?, _ counts: [Float], _ found: ArraySlice<(name: String, count: Int)>,
        _ path: String
    ) throws(DataError) {
        guard let names else { return }
        let announced = Set(names)
        guard announced.count == names.count else {
            var seen: Set<String> = []
            let twice = names.first { !seen.insert($0).inserted } ?? ""
            throw .damaged(
                path: path, reason: mismatch("each user once in the list users", "'\(twice)' twice")
            )
        }
        if let user = found.first(where: { !announced.contains($0.name) }) {
            throw .damaged(
                path: path,
                reason: mismatch(
                    "each user of user_data in the list users", "'\(user.name)' in user_data only"))
        }
        let sizes = Dictionary(
            found.map { ($0.name, $0.count) }, uniquingKeysWith: { first, _ in first })
        for (index, name) in names.enumerated() {
            guard let size = sizes[name] else {
                throw .damaged(
                    path: path,
                    reason: mismatch(
                        "data of each user", "none of user '\(name)'", "make the file again"))
            }
            let sizes = isText ? [size, size + LEAFWindows.gap] : [size]
            guard !counts.isEmpty,
                index >= counts.count || !sizes.contains(where: { Float($0) == counts[index] })
            else { continue }
            let announced = index < counts.count ? Int(exactly: counts[index]) : nil
            throw .damaged(
                path: path,
                reason: "user '\(name)': "
                    + mismatch(
                        announced.map { counted($0, "sample") + " (num_samples)" }
                            ?? "a number of samples in num_samples", counted(size, "sample"),
                        "make the file again"))
        }
    }

    private mutating func readUser(
        _ stream: inout JSONStream, _ user: String, _ characters: inout LEAFCharacters
    ) throws(DataError) {
        guard known.insert(user).inserted else {
            throw try stream.problem("each user once", found: "'\(user)' again")
        }
        let samples = (numbers.count, symbols.count, labels.count)
        var keys: Set<String> = []
        try stream.object { stream, key throws(DataError) in
            guard key == "x" || key == "y" else { return try stream.skipValue() }
            guard keys.insert(key).inserted else {
                throw try stream.problem("one list \(key) of a user", found: "a second one")
            }
            try stream.list { stream throws(DataError) in
                if key == "x" {
                    try readSample(&stream, &characters)
                } else {
                    try readLabel(&stream, &characters)
                }
            }
        }
        let count = labels.count - samples.2
        let values = isText ? symbols.count - samples.1 : numbers.count - samples.0
        guard keys.count == 2, values == count * (width ?? 0) else {
            throw try stream.problem(
                "lists x and y of one length for user '\(user)'",
                found: keys.count < 2
                    ? "only \(keys.first ?? "other keys")"
                    : "\(values / max(width ?? 1, 1)) samples and \(counted(count, "label"))")
        }
        users.append((user, count))
    }

    private mutating func readSample(
        _ stream: inout JSONStream, _ characters: inout LEAFCharacters
    ) throws(DataError) {
        let isFirst = width == nil
        let count: Int
        switch try stream.next() {
        case UInt8(ascii: "[") where isFirst || !isText:
            let before = numbers.count
            try stream.numbers(
                into: &numbers, most: Self.most,
                aboutTexts: "lists of texts, as in LEAF's Sent140 and Reddit, are not read")
            count = numbers.count - before
        case UInt8(ascii: "\"") where isFirst || isText:
            isText = true
            let before = symbols.count
            try stream.text(into: &bytes)
            if isFirst { try checkIsNoPicture(&stream) }
            guard characters.add(bytes, to: &symbols) else {
                throw try stream.problem("a text in UTF-8 before this place", found: "other bytes")
            }
            count = symbols.count - before
        default:
            throw try stream.problem(
                isFirst ? "a sample: a list of numbers, or a text" : "a sample as the first one",
                found: nil, "lists of texts and names of pictures are not read")
        }
        guard isFirst ? (1...DatasetHeader.maximumFeatures).contains(count) : count == width else {
            let noun = isText ? "character" : "number"
            throw try stream.problem(
                isFirst
                    ? "1 to \(DatasetHeader.maximumFeatures.grouped) \(noun)s in a sample"
                    : "\(counted(width ?? 0, noun)) in a sample, as in the first one",
                found: "\(count.grouped) before this place")
        }
        guard isFirst else { return }
        width = count
        // A value needs 2 bytes of text or more, so a false announcement reserves little.
        let total = min(expectedSamples * count, largestText, Self.most)
        if isText { symbols.reserveCapacity(total) } else { numbers.reserveCapacity(total) }
        labels.reserveCapacity(min(expectedSamples, largestText))
    }

    /// Refuses the names of pictures, which LEAF's CelebA has in place of samples.
    private func checkIsNoPicture(_ stream: inout JSONStream) throws(DataError) {
        let name = String(decoding: bytes, as: UTF8.self)
        guard [".jpg", ".jpeg", ".png"].contains(where: { name.lowercased().hasSuffix($0) }) else {
            return
        }
        throw try stream.problem(
            "numbers or a text as a sample",
            found: "the name of a picture, \(CSVTable.quoted(name)), before this place",
            "LEAF's CelebA is not read; put the pictures into a folder for each class, and use "
                + "data.dataset.kind: images")
    }

    private mutating func readLabel(
        _ stream: inout JSONStream, _ characters: inout LEAFCharacters
    ) throws(DataError) {
        guard try stream.next() == UInt8(ascii: "\"") else {
            let label = try stream.double()
            guard label == label.rounded(), label.magnitude < 0x1p53 else {
                throw try stream.problem(
                    "a label that is a whole number", found: "\(label) before this place")
            }
            labels.append(label)
            return
        }
        try stream.text(into: &bytes)
        var symbol: [UInt8] = []
        guard characters.add(bytes, to: &symbol), symbol.count == 1 else {
            throw try stream.problem(
                "a label of one character before this place",
                found: counted(symbol.count, "character"))
        }
        labels.append(Double(symbol[0]))
        hasTextLabels = true
    }

    /// Whether a label is a character.
    private(set) var hasTextLabels = false
}

/// The characters of LEAF's texts, numbered as they are first read.
struct LEAFCharacters {
    /// The characters by their numbers. Those after the first 255 share the number 255.
    private(set) var all: [Unicode.Scalar] = []
    private var numbers: [Unicode.Scalar: UInt8] = [:]
    private static let others: UInt8 = 255

    /// Adds the numbers of a text's characters. Returns false if the bytes are not UTF-8.
    mutating func add(_ bytes: [UInt8], to symbols: inout [UInt8]) -> Bool {
        guard let text = String(validating: bytes, as: UTF8.self) else { return false }
        for scalar in text.unicodeScalars { symbols.append(number(of: scalar)) }
        return true
    }

    private mutating func number(of scalar: Unicode.Scalar) -> UInt8 {
        if let number = numbers[scalar] { return number }
        guard all.count < Int(Self.others) else { return Self.others }
        let number = UInt8(all.count)
        numbers[scalar] = number
        all.append(scalar)
        return number
    }

    /// Makes the vocabulary of these symbols, and returns the symbol in it for each number.
    func vocabulary(_ symbols: [UInt8], limit: Int) -> (Vocabulary, table: [UInt8]) {
        var counts = [Int](repeating: 0, count: 256)
        for symbol in symbols { counts[Int(symbol)] += 1 }
        let used = zip(all, counts).filter { $0.1 > 0 }
        let vocabulary = Vocabulary(
            counts: Dictionary(uniqueKeysWithValues: used), limit: limit)
        var table = all.map(vocabulary.symbol)
        table += repeatElement(UInt8(vocabulary.characters.count), count: 256 - table.count)
        return (vocabulary, table)
    }
}
