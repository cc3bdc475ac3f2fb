import Simulation

/// The parts of Documentation that follow from the code: `make pages` writes them anew, and nothing
/// else of the pages changes.
struct GeneratedPages {
    /// A page, and the name of its generated part; nil if the whole page is generated.
    private struct Part {
        let page: String
        let name: String?
        let text: String
    }

    private let folder: String
    private let parts: [Part]

    /// Reads what the program says of its rules and keys.
    ///
    /// - Parameter folder: the folder of the pages, such as "Documentation".
    init(folder: String) throws {
        self.folder = folder
        parts = [
            Part(
                page: "ClientSchedulers.md", name: "client schedulers",
                text: try RuleTables.clientSchedulers()),
            Part(
                page: "ServerSide.md", name: "server schedulers",
                text: RuleTables.serverSchedulers()),
            Part(page: "Glossary.md", name: nil, text: Glossary().text),
        ]
    }

    /// Writes the generated parts into their pages.
    ///
    /// - Returns: the paths of the pages that were not as the program says.
    /// - Throws: `UsageError` if a page has no place for its part; no page is written then.
    func write() throws -> [String] {
        let pages = try parts.map { part in
            let path = "\(folder)/\(part.page)"
            let old = try Files.read(path)
            guard let name = part.name else { return (path, old, part.text) }
            return (path, old, try replaced(in: old, name, with: part.text, path))
        }
        let changed = pages.filter { $0.1 != $0.2 }
        for (path, _, new) in changed { try Files.write(Array(new.utf8), to: path) }
        return changed.map(\.0)
    }

    /// Returns a page with a new text between the two lines that enclose a generated part.
    private func replaced(
        in page: String, _ name: String, with text: String, _ path: String
    ) throws -> String {
        let first = "<!-- begin \(name), written by 'make pages' -->\n"
        let last = "<!-- end \(name) -->\n"
        guard let start = page.firstRange(of: first)?.upperBound,
            let end = page[start...].firstRange(of: last)?.lowerBound
        else {
            throw UsageError(
                "\(path): expected the lines '\(first.dropLast())' and '\(last.dropLast())', found"
                    + " no such pair; put them around the table of \(name)")
        }
        return page[..<start] + text + page[end...]
    }
}
