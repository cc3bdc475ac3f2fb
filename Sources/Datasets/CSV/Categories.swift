/// The distinct values of a column, numbered in order: as numbers if all of them are numbers,
/// else as texts.
///
/// Numbers that are equal are one value, however they are written, unless spellings are distinct.
/// Whole numbers from 2^53 on are texts, because a double does not hold all of them.
struct Categories {
    /// The values as they are first written.
    let names: [String]
    private let byNumber: [Double: Int32]?
    private let byText: [String: Int32]

    /// Whether all values are whole numbers, or all are texts.
    let looksLikeLabels: Bool

    /// - Parameter areSpellingsDistinct: whether 7 and 007 are two values, with 007 first.
    init(_ values: [String], areSpellingsDistinct: Bool = false) {
        let distinct = Set(values)
        var numbers: [Double: String] = [:]
        var areNumbers = true
        // In file order, so that "1" before "1.0" gives the name.
        for value in values where areNumbers {
            if let number = CSVTable.number(value), number.magnitude < 0x1p53 {
                if numbers[number] == nil { numbers[number] = value }
            } else {
                areNumbers = false
            }
        }
        if areNumbers, areSpellingsDistinct {
            names = distinct.sorted { left, right in
                let numbers = (CSVTable.number(left) ?? 0, CSVTable.number(right) ?? 0)
                return numbers.0 == numbers.1
                    ? left.unicodeScalars.lexicographicallyPrecedes(right.unicodeScalars)
                    : numbers.0 < numbers.1
            }
            byNumber = nil
            byText = Dictionary(uniqueKeysWithValues: zip(names, names.indices.map { Int32($0) }))
            looksLikeLabels = true
        } else if areNumbers {
            let sorted = numbers.keys.sorted()
            names = sorted.map { numbers[$0] ?? "" }
            byNumber = Dictionary(
                uniqueKeysWithValues: zip(sorted, sorted.indices.map { Int32($0) }))
            byText = [:]
            looksLikeLabels = sorted.allSatisfy { $0 == $0.rounded() }
        } else {
            // By code point: the same on every machine, whatever its language.
            names = distinct.sorted {
                $0.unicodeScalars.lexicographicallyPrecedes($1.unicodeScalars)
            }
            byNumber = nil
            byText = Dictionary(uniqueKeysWithValues: zip(names, names.indices.map { Int32($0) }))
            looksLikeLabels = true
        }
    }

    /// Returns the number of a value, or nil if the column does not have it.
    func number(of value: String) -> Int32? {
        guard let byNumber else { return byText[value] }
        return CSVTable.number(value).flatMap { byNumber[$0] }
    }
}
