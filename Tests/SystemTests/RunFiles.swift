import TestSupport

/// The files of a run that the first promise is about, without their wall-clock columns.
struct RunFiles {
    let rounds: [[String]]
    let clients: [[String]]
    let evaluations: [[String]]
    let classes: [[String]]
    let traces: [[String]]
    let serverTraces: [[String]]
    let drops: [[String]]
    let model: [UInt8]
    /// The records of the event file, without their wall times. Empty if there is none.
    let events: [[UInt8]]

    /// Reads them from a run's folder.
    init(_ folder: TemporaryFolder, _ name: String) throws {
        rounds = Self.table(folder.text("\(name)/rounds.csv"))
        clients = Self.table(folder.text("\(name)/clients.csv"))
        evaluations = Self.table(folder.text("\(name)/client_evaluations.csv"))
        classes = Self.table(folder.text("\(name)/class_evaluations.csv"))
        traces = Self.table(folder.text("\(name)/traces.csv"))
        serverTraces = Self.table(folder.text("\(name)/server_traces.csv"))
        drops = Self.table(folder.text("\(name)/drops.csv"))
        model = try folder.bytes("\(name)/model.safetensors")
        let eventFile = "\(name)/events.out.tfevents.hyperfed"
        events = folder.has(eventFile) ? Self.records(try folder.bytes(eventFile)) : []
    }

    /// The first difference to another run's files in words; nil when all bits are the same.
    func difference(from other: RunFiles) -> String? {
        let tables: [(name: String, table: KeyPath<RunFiles, [[String]]>)] = [
            ("rounds.csv", \.rounds), ("clients.csv", \.clients),
            ("client_evaluations.csv", \.evaluations), ("class_evaluations.csv", \.classes),
            ("traces.csv", \.traces), ("server_traces.csv", \.serverTraces),
            ("drops.csv", \.drops),
        ]
        for (name, table) in tables {
            if let text = Self.difference(name, self[keyPath: table], other[keyPath: table]) {
                return text
            }
        }
        if events != other.events { return "the event files differ" }
        return model == other.model ? nil : "model.safetensors differs"
    }

    /// The column of a name in rounds.csv.
    func rounds(_ name: String) -> [String] {
        guard let column = rounds.first?.firstIndex(of: name) else { return [] }
        return rounds.dropFirst().map { $0[column] }
    }

    private static func table(_ text: String) -> [[String]] {
        let rows = text.split(separator: "\n").map {
            $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        }
        guard let column = rows.first?.firstIndex(of: "seconds") else { return rows }
        return rows.map { row in
            row.indices.filter { $0 != column }.map { row[$0] }
        }
    }

    /// Cuts an event file into its records: 8 bytes with the length, 4, the data, 4. The data begin
    /// with one byte and the wall time. Records of a session have times inside, so their lengths
    /// stand for them.
    private static func records(_ bytes: [UInt8]) -> [[UInt8]] {
        var records: [[UInt8]] = []
        var start = 0
        while start + 16 <= bytes.count {
            let length = bytes[start..<start + 8].reversed().reduce(0) { $0 << 8 | Int($1) }
            guard length > 9, length <= bytes.count - start - 16 else { break }
            let data = Array(bytes[start + 21..<start + 12 + length])
            let isOfSession = String(decoding: data, as: UTF8.self).contains("_hparams_/session")
            records.append(isOfSession ? Array("\(length)".utf8) : data)
            start += 16 + length
        }
        return start == bytes.count ? records : records + [[0]]
    }

    private static func difference(_ file: String, _ one: [[String]], _ other: [[String]])
        -> String?
    {
        guard one.count == other.count else {
            return "\(file): \(one.count) and \(other.count) lines"
        }
        for (line, (left, right)) in zip(one, other).enumerated() where left != right {
            let differing = zip(left, right).first { $0 != $1 }
            return "\(file):\(line + 1): \(differing?.0 ?? "") is not \(differing?.1 ?? "")"
        }
        return nil
    }
}
