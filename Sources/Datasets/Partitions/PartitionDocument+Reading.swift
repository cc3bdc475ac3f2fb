import Bytes
import Settings

/// Reads documents of hyperfed, and those that people write with other tools.
extension PartitionDocument {
    /// Reads a document. The file may be packed by gzip.
    ///
    /// These forms are read:
    ///
    /// - the document that hyperfed writes;
    /// - a list with a list of indices for each client;
    /// - an object with a list of indices for each name of a client. If all names are whole
    ///   numbers, they give the order, else the order of the file;
    /// - an object with one key whose value has one of the two forms above, such as `client_dict`.
    ///
    /// - Throws: `DataError` if the file cannot be read or has another form.
    public init(path: String) throws(DataError) {
        try self.init(bytes: GzipFile.bytes(of: path), path: path)
    }

    /// Reads a document from its bytes.
    ///
    /// - Parameter path: the name of the document in messages.
    /// - Throws: `DataError.damaged` if the bytes are no such document.
    public init(bytes: [UInt8], path: String) throws(DataError) {
        let node: JSONValue
        do throws(JSONValue.Problem) { node = try JSONValue(bytes) } catch {
            throw .damaged(
                path: "\(path):\(error.line):\(error.column)",
                reason: mismatch(error.expected, error.found))
        }
        if case .object(let entries) = node.content,
            case .text(let format)? = entries.first(where: { $0.key == "format" })?.value.content
        {
            self = try Self.own(entries, format, bytes, path)
            return
        }
        self.init(path: path, origin: nil, clients: try Self.foreign(node, path))
    }

    private static func own(
        _ entries: [(key: String, value: JSONValue)], _ format: String, _ bytes: [UInt8],
        _ path: String
    ) throws(DataError) -> PartitionDocument {
        guard format == Self.format else {
            throw refusal(path, "format", "'\(Self.format)'", "'\(format)'")
        }
        func node(_ key: String, _ expected: String) throws(DataError) -> JSONValue {
            guard let node = entries.first(where: { $0.key == key })?.value else {
                throw refusal(path, key, expected, "no such key")
            }
            return node
        }
        func written(_ node: JSONValue) -> String {
            String(decoding: bytes[node.range], as: UTF8.self)
        }
        func text(_ key: String) throws(DataError) -> String {
            let node = try node(key, "a text")
            guard case .text(let text) = node.content else {
                throw refusal(path, key, "a text", shown(node))
            }
            return text
        }
        func number<N: FixedWidthInteger>(_ key: String) throws(DataError) -> N {
            let node = try node(key, "a count")
            guard let number = N(written(node)), number >= 0 else {
                throw refusal(path, key, "a count", shown(node))
            }
            return number
        }
        let skew = try node("skew", "an object")
        guard case .object = skew.content else {
            throw refusal(path, "skew", "an object", shown(skew))
        }
        let origin = Origin(
            dataKey: try text("data"), datasetKind: try text("dataset"),
            sampleCount: try number("samples"), seed: try number("seed"), skew: written(skew))
        let list = try node("clients", "a list of lists")
        guard let clients = lists(list) else { throw problem(list, "clients", path) }
        return PartitionDocument(path: path, origin: origin, clients: clients)
    }

    private static func foreign(
        _ node: JSONValue, _ path: String
    ) throws(DataError) -> [Client] {
        if let clients = lists(node) ?? named(node) { return clients }
        guard case .object(let entries) = node.content else { throw problem(node, "", path) }
        let inner = entries.compactMap { entry in
            (lists(entry.value) ?? named(entry.value)).map { (entry.key, $0) }
        }
        if inner.count == 1 { return inner[0].1 }
        guard inner.isEmpty else {
            throw refusal(
                path, "", "one list of clients",
                "\(inner.count) (\(listed(inner.map { "'\($0.0)'" })))", "leave the others out")
        }
        // The key that is meant has a mistake inside.
        let likely = ["clients", "client_dict", "partitions", "partition"]
        if let meant = entries.first(where: { likely.contains($0.key) }) {
            throw problem(meant.value, meant.key, path)
        }
        throw problem(node, "", path)
    }

    /// Returns the clients of a list of lists; nil if the value is none.
    private static func lists(_ node: JSONValue) -> [Client]? {
        guard case .list(let nodes) = node.content else { return nil }
        let clients = nodes.compactMap { indices($0).map { Client(name: nil, indices: $0) } }
        return clients.count == nodes.count ? clients : nil
    }

    /// Returns the clients of an object of lists; nil if the value is none.
    private static func named(_ node: JSONValue) -> [Client]? {
        guard case .object(let entries) = node.content, !entries.isEmpty else { return nil }
        let clients = entries.compactMap { entry in
            indices(entry.value).map { Client(name: entry.key, indices: $0) }
        }
        guard clients.count == entries.count else { return nil }
        let numbers = clients.compactMap { client in
            client.name.flatMap { Int($0) }.map { (number: $0, client: client) }
        }
        guard numbers.count == clients.count else { return clients }
        return numbers.sorted { $0.number < $1.number }.map(\.client)
    }

    private static func indices(_ node: JSONValue) -> [Int]? {
        guard case .integers(let indices) = node.content else { return nil }
        return indices
    }

    /// Makes the error for a value that is not a list of clients: the first client or index that
    /// has another form.
    private static func problem(
        _ node: JSONValue, _ key: String, _ path: String
    ) -> DataError {
        let prefix = key.isEmpty ? "" : "\(key): "
        let entries: [(name: String, value: JSONValue)]
        switch node.content {
        case .list(let nodes): entries = nodes.enumerated().map { ("\($0)", $1) }
        case .object(let pairs): entries = pairs.map { ("'\($0.key)'", $0.value) }
        case .integers, .integer, .text, .other: entries = []
        }
        for entry in entries where indices(entry.value) == nil {
            guard case .list(let numbers) = entry.value.content else {
                return refusal(
                    path, "\(prefix)client \(entry.name)", "a list of sample indices",
                    shown(entry.value))
            }
            for (position, number) in numbers.enumerated() {
                if case .integer = number.content { continue }
                return refusal(
                    path, "\(prefix)client \(entry.name), position \(position)",
                    "a whole number", shown(number))
            }
        }
        return refusal(path, key, "a list of sample indices for each client", shown(node))
    }

    private static func shown(_ node: JSONValue) -> String {
        switch node.content {
        case .integers(let numbers):
            numbers.isEmpty ? "an empty list" : "a list of numbers"
        case .list: "a list"
        case .object(let entries): entries.isEmpty ? "an empty object" : "an object"
        case .integer(let number): "\(number)"
        case .text(let text): CSVTable.quoted(text)
        case .other(let text): text
        }
    }

    private static func refusal(
        _ path: String, _ place: String, _ expected: String, _ found: String,
        _ remedy: String? = nil
    ) -> DataError {
        .damaged(
            path: path,
            reason: (place.isEmpty ? "" : "\(place): ") + mismatch(expected, found, remedy))
    }
}
