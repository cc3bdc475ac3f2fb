internal import Bytes

/// Turns a JSON text into a `SettingsNode`. Numbers and literals stay as they are written.
enum JSONReading {
    /// Enough for the results of ten thousands of runs.
    private static let mostValues = 2_000_000

    static func node(_ json: [UInt8], file: String) throws(SettingsError) -> SettingsNode {
        let value: JSONValue
        do throws(JSONValue.Problem) { value = try JSONValue(json, most: mostValues) } catch {
            throw SettingsError(
                SettingLocation(file: file, line: error.line, column: error.column),
                Mismatch("", expected: error.expected, found: error.found))
        }
        var lines = LineStarts(json, file)
        return converted(value, &lines)
    }

    private static func converted(_ value: JSONValue, _ lines: inout LineStarts) -> SettingsNode {
        let place = lines.place(of: value.range.lowerBound)
        func scalar(_ text: String) -> SettingsNode.Content { .scalar(text: text, quoted: false) }
        let content: SettingsNode.Content
        switch value.content {
        case .text(let text): content = .scalar(text: text, quoted: true)
        case .other(let text): content = scalar(text)
        case .integer(let number): content = scalar("\(number)")
        case .integers(let numbers):
            content = .list(numbers.map { SettingsNode(scalar("\($0)"), place: place) })
        case .list(let values): content = .list(values.map { converted($0, &lines) })
        case .object(let entries):
            content = .mapping(
                entries.map { key, value in
                    let value = converted(value, &lines)
                    return SettingsNode.Entry(key: key, place: value.place, value: value)
                })
        }
        return SettingsNode(content, place: place)
    }
}

/// Finds the lines of bytes, which are asked for from front to back.
private struct LineStarts {
    private let bytes: [UInt8]
    private let file: String
    private var (line, start, next) = (1, 0, 0)

    init(_ bytes: [UInt8], _ file: String) { (self.bytes, self.file) = (bytes, file) }

    mutating func place(of position: Int) -> SettingLocation {
        while next < position {
            if bytes[next] == 0x0A { (line, start) = (line + 1, next + 1) }
            next += 1
        }
        return SettingLocation(file: file, line: line, column: position - start + 1)
    }
}
