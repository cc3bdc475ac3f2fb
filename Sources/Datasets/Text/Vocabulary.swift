/// The symbols of a text: frequent characters have one each, all others share the last one.
struct Vocabulary {
    /// The characters with a symbol of their own; symbol j stands for the one at j.
    let characters: [Unicode.Scalar]
    private let symbols: [Unicode.Scalar: UInt8]

    /// How many symbols, the one for all other characters included.
    var count: Int { characters.count + 1 }

    /// The most frequent characters of these texts (of equals, the one with the lower code point),
    /// in code point order.
    ///
    /// - Parameter limit: 2 to 256 symbols; there are fewer if the texts have fewer characters.
    init(_ texts: some Sequence<ArraySlice<Unicode.Scalar>>, limit: Int) {
        var counts: [Unicode.Scalar: Int] = [:]
        for text in texts {
            for character in text { counts[character, default: 0] += 1 }
        }
        self.init(counts: counts, limit: limit)
    }

    /// The most frequent of some characters, as above.
    ///
    /// - Parameter counts: how often each character occurs.
    init(counts: [Unicode.Scalar: Int], limit: Int) {
        let byFrequency = counts.sorted { left, right in
            (right.value, left.key) < (left.value, right.key)
        }
        characters = byFrequency.prefix(limit - 1).map(\.key).sorted()
        symbols = Dictionary(
            uniqueKeysWithValues: zip(characters, characters.indices.map { UInt8($0) }))
    }

    /// Returns the symbol of a character.
    func symbol(_ character: Unicode.Scalar) -> UInt8 {
        symbols[character] ?? UInt8(characters.count)
    }
}
