import Bytes

extension DataCache {
    /// Warns when files of a source are not what they were when this cache last saw them with the
    /// same settings, and remembers what they are now.
    ///
    /// A user checks a scenario, or runs its first half, and something writes to its files
    /// meanwhile: without this the two parts would silently be about different data. Where nothing
    /// can be remembered nothing is said.
    func watch(_ source: any DataSource, seed: UInt64, _ facts: KeyFacts) throws(DataError) {
        // The same lines, with the paths of files in place of their digests.
        let settings = try source.facts(seed: seed, readsFiles: false)
        guard settings.text != facts.text else { return }
        let name = try name(settings.key("files"), "facts")
        let known = find(name) { file in file.withBytes { String(decoding: $0, as: UTF8.self) } }
        guard known != facts.text else { return }
        if let known {
            for path in Self.changes(from: known, to: facts.text, named: settings.text) {
                tell(
                    "\(path) has changed since it was last read with these settings; earlier runs"
                        + " have other data")
            }
        }
        let bytes = Array(facts.text.utf8)
        // Only the next command would use it.
        _ = try? write(name, isNeeded: false) { file throws(DataError) in
            try bytes.span.withUnsafeBytes { piece throws(DataError) in try file.append(piece) }
        }
    }

    /// The paths, in quotes, of the lines that differ; none where the lines are not the same facts.
    private static func changes(
        from old: String, to new: String, named settings: String
    ) -> [String] {
        let texts = [old, new, settings].map {
            $0.split(separator: "\n", omittingEmptySubsequences: false)
        }
        guard texts.allSatisfy({ $0.count == texts[0].count }) else { return [] }
        return texts[0].indices.compactMap { line in
            guard texts[0][line] != texts[1][line] else { return nil }
            return texts[2][line].firstRange(of: ": at ").map {
                String(texts[2][line][$0.upperBound...])
            }
        }
    }
}
