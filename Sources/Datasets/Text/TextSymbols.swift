/// The words or characters of some texts, numbered in the order in which they first appear.
///
/// A word is what stands between white space, as Python's `str.split()` finds it: the white space
/// of Unicode and the control characters 1C to 1F. A character is a Unicode scalar. A line ends
/// with a line feed, a carriage return or both; a last line need not end.
struct TextSymbols {
    /// The symbol for rare and new words.
    static let unknown = "<unk>"
    /// The symbol for the end of a line.
    static let lineEnd = "<eos>"
    private static let lineEndBytes = Array(lineEnd.utf8)[...]

    let unit: TextFiles.Unit
    private let endsLines: Bool
    /// The text of each symbol.
    private(set) var texts: [String] = []
    private var numbers: [ArraySlice<UInt8>: Int32] = [:]

    /// - Parameter endsLines: whether the end of each line is a symbol.
    init(_ unit: TextFiles.Unit, endsLines: Bool) {
        (self.unit, self.endsLines) = (unit, endsLines)
    }

    /// Returns the symbols of a text in valid UTF-8.
    mutating func symbols(of text: ArraySlice<UInt8>) -> [Int32] {
        var symbols: [Int32] = []
        var index = text.startIndex
        var isLineOpen = false
        while index < text.endIndex {
            let byte = text[index]
            if byte == 0x0A || byte == 0x0D {
                index += 1
                if byte == 0x0D, index < text.endIndex, text[index] == 0x0A { index += 1 }
                if endsLines { symbols.append(number(of: Self.lineEndBytes)) }
                isLineOpen = false
                continue
            }
            isLineOpen = true
            let end = unit == .words ? Self.wordEnd(text, index) : index + Self.width(byte)
            if end > index { symbols.append(number(of: text[index..<end])) }
            index = end > index ? end : index + Self.spaceWidth(text, index)
        }
        if isLineOpen, endsLines { symbols.append(number(of: Self.lineEndBytes)) }
        return symbols
    }

    private mutating func number(of bytes: ArraySlice<UInt8>) -> Int32 {
        if let known = numbers[bytes] { return known }
        let number = Int32(texts.count)
        texts.append(String(decoding: bytes, as: UTF8.self))
        // A copy: the slice would keep the whole text in memory.
        numbers[Array(bytes)[...]] = number
        return number
    }

    private static func wordEnd(_ text: ArraySlice<UInt8>, _ start: Int) -> Int {
        var index = start
        while index < text.endIndex, spaceWidth(text, index) == 0 { index += width(text[index]) }
        return min(index, text.endIndex)
    }

    /// Returns the bytes of a scalar by its first byte.
    private static func width(_ byte: UInt8) -> Int {
        byte < 0x80 ? 1 : byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4
    }

    /// Returns the bytes of the white space at a place; 0 if there is another scalar.
    private static func spaceWidth(_ text: ArraySlice<UInt8>, _ index: Int) -> Int {
        let byte = text[index]
        if byte < 0x80 {
            return byte == 0x20 || (0x09...0x0D).contains(byte) || (0x1C...0x1F).contains(byte)
                ? 1 : 0
        }
        guard byte == 0xC2 || (0xE1...0xE3).contains(byte) else { return 0 }
        let width = width(byte)
        guard index + width <= text.endIndex else { return 0 }
        let scalar = text[index + 1..<index + width].reduce(UInt32(byte) & (0x7F >> UInt32(width)))
        { $0 << 6 | UInt32($1 & 0x3F) }
        return Unicode.Scalar(scalar)?.properties.isWhitespace == true ? width : 0
    }
}

/// The symbols that a model knows: `<unk>`, then the most frequent ones of the training texts, in
/// the order of their counts. Of equally frequent ones, the one that appears first comes first.
struct TextVocabulary {
    /// The text of each symbol, `<unk>` first.
    let names: [String]
    /// The symbol of each number of `TextSymbols`.
    private let symbols: [Int32]
    /// How many different symbols the training texts have, without `<unk>`.
    let different: Int

    /// Counts the symbols of the training texts.
    ///
    /// - Parameter size: the symbols at most, `<unk>` included.
    init(_ table: TextSymbols, _ texts: some Sequence<ArraySlice<Int32>>, size: Int) {
        var counts = [Int](repeating: 0, count: table.texts.count)
        var order: [Int] = []
        for text in texts {
            for number in text {
                if counts[Int(number)] == 0 { order.append(Int(number)) }
                counts[Int(number)] += 1
            }
        }
        let known = order.filter { table.texts[$0] != TextSymbols.unknown }
        let sorted = known.enumerated().sorted { one, other in
            (counts[other.element], one.offset) < (counts[one.element], other.offset)
        }
        var symbols = [Int32](repeating: 0, count: table.texts.count)
        let kept = sorted.prefix(size - 1).map(\.element)
        for (index, number) in kept.enumerated() { symbols[number] = Int32(index + 1) }
        (self.symbols, different) = (symbols, known.count)
        names = [TextSymbols.unknown] + kept.map { table.texts[$0] }
    }

    /// How many symbols there are.
    var count: Int { names.count }

    /// Returns the symbol of a number of `TextSymbols`.
    func symbol(_ number: Int32) -> Int32 { symbols[Int(number)] }
}
