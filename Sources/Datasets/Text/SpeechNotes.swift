import Settings

/// Warnings about how a text was shared out among roles or slices.
struct SpeechNotes {
    private let speeches: Speeches
    private let text: [Unicode.Scalar]
    /// The owners with text enough for a sample.
    private let present: [Int]
    private let wantsSlices: Bool

    init(
        _ speeches: Speeches, _ text: [Unicode.Scalar], present: [Int], wantsSlices: Bool
    ) {
        (self.speeches, self.text) = (speeches, text)
        (self.present, self.wantsSlices) = (present, wantsSlices)
    }

    /// Returns notes on how owners were found.
    func headingNotes(_ path: String) -> [DataNote] {
        var notes: [DataNote] = []
        let blocks = speeches.blocks
        if speeches.kind == "slices", !wantsSlices {
            notes.append(
                DataNote(
                    "no roles", path,
                    "\(blocks.headed.grouped) of \(counted(blocks.all, "block")) of lines start "
                        + "with a heading 'NAME:' on a line of its own, too few for roles, so the "
                        + "text is cut into \(speeches.names.count.grouped) slices of equal "
                        + "length\(Self.otherHeadings(text)); if that is meant, set "
                        + "data.dataset.slices"
                ))
        }
        if speeches.kind == "roles", Speeches.hasFewHeadings(blocks.headed, of: blocks.all) {
            notes.append(
                DataNote(
                    "blocks without heading", path,
                    "\((blocks.all - blocks.headed).grouped) of \(counted(blocks.all, "block")) of "
                        + "lines have no heading 'NAME:' and count for the role before"
                        + Self.otherHeadings(text)))
        }
        return notes
    }

    /// Returns those notes, and one on what is left out.
    func notes(_ path: String) -> [DataNote] {
        var notes = headingNotes(path)
        let kept = present.reduce(0) { $0 + speeches.texts[$1].count }
        let lost = text.count - kept
        guard lost > 0 else { return notes }
        let short = speeches.names.count - present.count
        notes.append(
            DataNote(
                "left out", path,
                "\(lost.grouped) of \(counted(text.count, "character")) are no part of any owner's "
                    + "text (headings, lines before the first heading, and "
                    + "\(short.grouped) of \(speeches.names.count.grouped) \(speeches.kind) with "
                    + "too little text for a sequence)",
                severity: 2 * lost > text.count ? .warning : .information))
        return notes
    }

    /// Headings of another kind, where half of the blocks start with one.
    static func otherHeadings(_ text: [Unicode.Scalar]) -> String {
        var (stops, inline, blocks) = (0, 0, 0)
        var example: (stop: String, inline: String) = ("", "")
        var startsBlock = true
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            defer { startsBlock = line.isEmpty }
            guard startsBlock, !line.isEmpty else { continue }
            blocks += 1
            if line.last == ".", line.count <= 40, isName(line.dropLast()) {
                stops += 1
                if example.stop.isEmpty { example.stop = string(line) }
            } else if let colon = line.firstIndex(of: ":"), colon < line.endIndex - 1,
                colon - line.startIndex <= 40
            {
                inline += 1
                if example.inline.isEmpty { example.inline = string(line[...colon]) }
            }
        }
        if stops * 2 >= blocks, stops > 0 {
            return
                "; lines such as '\(example.stop)' may be headings that end with a full stop; "
                + "write a colon"
        }
        if inline * 2 >= blocks, inline > 0 {
            return "; lines start with '\(example.inline)' and go on; write such headings on lines "
                + "of their own, with an empty line before"
        }
        return ""
    }

    /// Returns whether all letters are capitals, as in the names of roles, or there is one word.
    private static func isName(_ scalars: ArraySlice<Unicode.Scalar>) -> Bool {
        let text = string(scalars)
        let letters = text.filter(\.isLetter)
        return !letters.isEmpty
            && (letters == letters.uppercased() || !text.contains(where: \.isWhitespace))
    }

    private static func string(_ scalars: ArraySlice<Unicode.Scalar>) -> String {
        var view = String.UnicodeScalarView()
        view.append(contentsOf: scalars)
        return String(view)
    }
}
