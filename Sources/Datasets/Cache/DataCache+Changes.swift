import Bytes

extension DataCache {
    /// Warns if files of a source differ from what this cache last read with the same settings,
    /// and stores what they are now.
    ///
    /// A program may write to the files of a scenario between two runs. Without the warning the
    /// runs would have different data silently. If the cache can store nothing, there is no
    /// warning.
    func watch(_ source: any DataSource, seed: UInt64, _ facts: KeyFacts) throws(DataError) {
        // The same lines, with the paths of files in place of their digests.
        let settings = try source.facts(seed: seed, readsFiles: false)
        guard settings.text != facts.text else { return }
        let name = try name(settings.key("files"), "facts")
        let known = find(name) { file in file.withBytes { String(decoding: $0, as: UTF8.self) } }
        guard known != facts.text else { return }
        if let known {
            for path in Self.changes(from: known, to: facts.text, named: settings.text) {
                report(
                    "\(path): "
                        + mismatch(
                            "the content that was last read with these settings",
                            "other content", "earlier runs have other data"))
            }
        }
        let bytes = Array(facts.text.utf8)
        // Only the next command would use it.
        _ = try? write(name, isNeeded: false) { file throws(DataError) in
            try bytes.span.withUnsafeBytes { piece throws(DataError) in try file.append(piece) }
        }
    }

    /// Returns the paths, in quotes, of the lines that differ; none if the lines are not about
    /// the same facts.
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
