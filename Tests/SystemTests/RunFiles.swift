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
    }

    /// The first difference to another run's files in words; nil when all bits are the same.
    func difference(from other: RunFiles) -> String? {
        Self.difference("rounds.csv", rounds, other.rounds)
            ?? Self.difference("clients.csv", clients, other.clients)
            ?? Self.difference(
                "client_evaluations.csv", evaluations, other.evaluations)
            ?? Self.difference("class_evaluations.csv", classes, other.classes)
            ?? Self.difference("traces.csv", traces, other.traces)
            ?? Self.difference("server_traces.csv", serverTraces, other.serverTraces)
            ?? Self.difference("drops.csv", drops, other.drops)
            ?? (model == other.model ? nil : "model.safetensors differs")
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
