import Datasets
import RandomStreams
import Reporting
import Simulation
import Statistics

/// Prints the table of `hyperfed bench data`: the seconds in which files are read, against the
/// readers of Python that people use. Both read the same generated files, in one run.
func dataReaders(_ tell: (String) -> Void) throws {
    let folder = try PrivateFolder()
    let files = try GeneratedFiles(folder.path)
    let own: [(name: String, yardstick: String, source: any DataSource)] = [
        ("svmlight", "scikit-learn's load_svmlight_file", files.sparse),
        ("leaf", "orjson.loads", files.leaf),
        ("csv", "pandas.read_csv", files.table),
    ]
    let others = try yardsticks(folder.path)
    for (name, yardstick, source) in own {
        let times = try (0..<5).map { _ in
            let started = monotonicSeconds()
            _ = try source.decode(seed: 1)
            return monotonicSeconds() - started
        }
        guard let seconds = median(times) else { return }
        let text = "\(name): \(fixed(seconds, 3)) s"
        guard let other = others[name] else {
            tell(
                "\(text); \(yardstick): not measured (python3 with scikit-learn, orjson and pandas"
                    + " is not here, or not in the project's folder)")
            continue
        }
        tell(
            "\(text), \(yardstick): \(fixed(other, 3)) s: \(fixed(other / seconds, 2)) times as"
                + " fast")
    }
}

/// Returns the seconds of Python's readers by the names of the formats; fewer where they are not
/// installed.
private func yardsticks(_ folder: String) throws -> [String: Double] {
    let output = try ChildProgram.output(of: [
        "env", "PYTHONDONTWRITEBYTECODE=1", "python3", "Scripts/yardsticks/data_readers.py", folder,
    ])
    let lines = output.split(separator: "\n").map { $0.split(separator: " ") }
    return lines.reduce(into: [:]) { result, words in
        guard words.count == 2, let seconds = Double(words[1]) else { return }
        result[String(words[0])] = seconds
    }
}

/// Files of random numbers in a folder, with the sources that read them.
private struct GeneratedFiles {
    let sparse: SVMLight
    let leaf: LEAF
    let table: CSV

    init(_ folder: String) throws {
        var stream = RandomKey(seed: 1, .data).stream()
        var text = ""
        for row in 0..<20_000 {
            text += row % 2 == 0 ? "-1" : "1"
            var column = 0
            for _ in 0..<60 {
                column += 1 + stream.below(60)
                text += " \(column):\(stream.normal())"
            }
            text += "\n"
        }
        try Files.write(Array(text.utf8), to: "\(folder)/rows.txt")
        sparse = SVMLight(SVMLight.Reading(file: "\(folder)/rows.txt"))
        // Grey images as LEAF's FEMNIST has them: most pixels are white.
        let rows = (0..<3_000).map { _ in
            let pixels = (0..<784).map { _ in
                stream.below(4) == 0 ? "\(Double(stream.below(256)) / 255)" : "1.0"
            }
            return "[\(pixels.joined(separator: ", "))]"
        }
        let labels = (0..<3_000).map { "\($0 % 62)" }.joined(separator: ", ")
        let json =
            "{\"users\": [\"a\"], \"num_samples\": [3000], \"user_data\": {\"a\": {\"x\": ["
            + rows.joined(separator: ", ") + "], \"y\": [\(labels)]}}}"
        try Files.makeFolder("\(folder)/train")
        try Files.makeFolder("\(folder)/test")
        try Files.write(Array(json.utf8), to: "\(folder)/train/all.json")
        let empty = "{\"users\": [], \"num_samples\": [], \"user_data\": {}}"
        try Files.write(Array(empty.utf8), to: "\(folder)/test/all.json")
        leaf = LEAF(folder: folder)
        var cells = (0..<50).map { "c\($0)" }.joined(separator: ",") + ",label\n"
        for row in 0..<20_000 {
            for _ in 0..<50 { cells += "\(stream.normal())," }
            cells += "\(row % 3)\n"
        }
        try Files.write(Array(cells.utf8), to: "\(folder)/table.csv")
        table = CSV(CSV.Reading(file: "\(folder)/table.csv"))
    }
}
