import Simulation

/// The Python packages that a script of the yardsticks imports.
enum PythonPackages {
    /// The folder of the scripts, in the project's folder.
    static let folder = "Scripts/yardsticks"

    /// Returns why a script cannot run here, and what would help; nil if it can.
    ///
    /// - Parameters:
    ///   - script: a name in `folder`.
    ///   - modules: the names that it imports.
    ///   - benchmark: the benchmark that runs it.
    static func whyNot(
        _ script: String, needs modules: [String], for benchmark: String
    ) throws -> String? {
        guard Files.exists("\(folder)/\(script)") else {
            return "\(folder)/\(script): expected a file, found none; run hyperfed in the"
                + " project's folder"
        }
        let code = """
            import importlib.util as u
            print("missing", *[m for m in "\(modules.joined(separator: " "))".split()
                               if u.find_spec(m) is None])
            """
        let words = try ChildProgram.output(of: ["env", "python3", "-c", code])
            .split(whereSeparator: \.isWhitespace)
        let missing = words.dropFirst().joined(separator: ", ")
        if words.first == "missing", missing.isEmpty { return nil }
        let found =
            words.first == "missing"
            ? "python3 has no \(missing)"
            : "python3 on the PATH: expected one that runs, found none"
        return "\(found); \(folder)/install FOLDER installs all packages, then"
            + " PATH=FOLDER/bin:$PATH hyperfed bench \(benchmark)"
    }
}
