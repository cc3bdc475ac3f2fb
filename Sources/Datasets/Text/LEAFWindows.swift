/// Windows, split and vocabulary of LEAF's Shakespeare.
///
/// Newlines become blanks, and each run of blanks becomes one. A window of 80 characters starts at
/// each character and predicts the one after it, so c characters give n = c − 80 windows. The first
/// max(1, floor(f n)) of them are for training, or 1 of 2. The next 79 are left out, since their
/// text is in windows of both parts. The others are for testing. f is the share of training.
///
/// - Source: Caldas et al. 2018, arXiv 1812.01097; shake_utils.py, split_data.py and
///   language_utils.py of github.com/TalwalkarLab/leaf at 09ec454.
struct LEAFWindows {
    static let length = 80
    /// The windows that are left out between the two parts.
    static let gap = length - 1

    /// LEAF's 80 letters; symbol j stands for the one at j.
    static let letters: [Unicode.Scalar] =
        Array("\n !\"&'(),-.0123456789:;>?".unicodeScalars) + scalars("A", "Z")
        + Array("[]".unicodeScalars) + scalars("a", "z") + ["}"]
    /// The symbol of all other letters, the last one, which LEAF's labels have for them.
    ///
    /// In features LEAF has −1 for them, and its embedding has 80 rows from 0.
    static let other = UInt8(letters.count - 1)
    private static let symbols = Dictionary(
        uniqueKeysWithValues: zip(letters, letters.indices.map { UInt8($0) }))

    /// The symbols of the text.
    let symbols: [UInt8]
    /// The characters that are none of the letters, in order.
    let others: [Unicode.Scalar]
    let train: Range<Int>
    /// Windows for testing; empty if there are too few windows.
    let test: Range<Int>
    /// How many windows the text has.
    let count: Int

    /// - Parameter share: the share of windows for training, from 0 to 1.
    init(_ text: [Unicode.Scalar], share: Double) {
        var symbols: [UInt8] = []
        var others: [Unicode.Scalar] = []
        symbols.reserveCapacity(text.count)
        var isBlank = false
        for scalar in text {
            let wasBlank = isBlank
            isBlank = scalar == " " || scalar == "\n"
            if isBlank {
                if !wasBlank { symbols.append(1) }
            } else if let symbol = Self.symbols[scalar] {
                symbols.append(symbol)
            } else {
                symbols.append(Self.other)
                others.append(scalar)
            }
        }
        (self.symbols, self.others) = (symbols, others)
        count = max(0, symbols.count - Self.length)
        let trained = count == 2 ? 1 : max(1, Int(share * Double(count)))
        train = 0..<min(trained, count)
        test = min(train.count + Self.gap, count)..<count
    }

    /// Returns the symbols of the window that starts here, and the one after it.
    func window(_ first: Int) -> ArraySlice<UInt8> { symbols[first...first + Self.length] }

    private static func scalars(_ first: Unicode.Scalar, _ last: Unicode.Scalar) -> [Unicode.Scalar]
    {
        (first.value...last.value).compactMap { Unicode.Scalar($0) }
    }
}
