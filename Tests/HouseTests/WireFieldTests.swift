import TestSupport
import Testing

extension `House rules` {
    /// Fields that nothing in this program reads, each with the reason why it is sent.
    private static let unreadFields = [
        "wantedVersion": "the bytes of a refusal never change, and foreign clients may read them"
    ]

    @Test func `each field of a message is read`() {
        let folder = "Sources/Messaging/Messages/"
        let others = Self.sources.filter { !$0.hasPrefix(folder) }
            .map { Self.code($0).lines.joined(separator: "\n") }
        let read = Set(
            others.flatMap { $0.matches(of: /\.(\w+)\b/).map { String($0.output.1) } })
        var fields: Set<String> = []
        for path in Self.sources where path.hasPrefix(folder) {
            for (index, line) in (Self.code(path).lines).enumerated() {
                guard let name = line.firstMatch(of: /^ {8}public var (\w+): [^{]*$/)?.output.1
                else { continue }
                fields.insert(String(name))
                if !read.contains(String(name)), Self.unreadFields[String(name)] == nil {
                    Self.object(
                        path, index + 1, "a field \(name) that nothing reads; remove it, or use it")
                }
            }
        }
        #expect(fields.count > 20, "fields were found")
        for name in Self.unreadFields.keys where read.contains(name) || !fields.contains(name) {
            Issue.record("\(name) is read, or is no field any more; strike the exception")
        }
    }
}
