/// Whole numbers from 0 to 2^64 - 1, such as seeds.
extension Settings {
    private static let expected = "a whole number between 0 and \(UInt64.max)"
    private static let range = NumberRange<UInt64>.between(0, .max)

    /// Reads a whole number from 0 to 2^64 - 1.
    public func unsigned(_ key: String, default value: UInt64, _ meaning: String) -> UInt64 {
        announce(key, "integer", default: "\(value)", range: Self.range.phrase, meaning)
        let result =
            entry(key).flatMap {
                checkedInteger($0.value, dotted(key), Self.range, Self.expected)
            } ?? value
        resolve(key, line: "\(result)")
        return result
    }

    /// Reads a whole number from 0 to 2^64 - 1 that may be absent or `null`.
    public func optionalUnsigned(_ key: String, _ meaning: String) -> UInt64? {
        announce(key, "integer", range: Self.range.phrase, meaning)
        return optional(key, { "\($0)" }) {
            checkedInteger($0, dotted(key), Self.range, Self.expected)
        }
    }

    /// Reads a list of whole numbers from 0 to 2^64 - 1; each is checked and has its own
    /// location. The list is empty if the key is not given.
    public func unsignedList(_ key: String, _ meaning: String) -> [UInt64] {
        announce(key, "list of integers", default: "[]", range: Self.range.phrase, meaning)
        let result =
            checkedList(key, "a list of whole numbers such as [1, 2]") {
                checkedInteger($0, $1, Self.range, Self.expected)
            } ?? []
        resolve(key, line: "\(result)")
        return result
    }
}
