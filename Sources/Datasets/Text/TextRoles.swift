import Settings

/// How the blocks of lines and the characters of some plays were shared out among roles.
struct TextRoles {
    private var blocks = 0
    private var headed = 0
    private var unowned = 0
    private var characters = 0
    private var kept = 0
    /// The end of a message about headings of another kind, of the first play that has some.
    private var otherHeadings = ""

    /// Finds the roles of a play.
    ///
    /// - Throws: `DataError` if less than half of the blocks have a heading.
    mutating func speeches(_ bytes: [UInt8], path: String) throws(DataError) -> Speeches {
        let text = try Speeches.scalars(bytes, path: path)
        let speeches = Speeches(text, slices: 1, trimsLines: true)
        guard speeches.kind == "roles" else {
            throw .damaged(
                path: path,
                reason: mismatch(
                    "a heading 'NAME:' on a line of its own above half of the blocks of lines, for"
                        + " clients: roles",
                    "\(speeches.blocks.headed.grouped) of"
                        + " \(counted(speeches.blocks.all, "block"))",
                    "use clients: files, lines or parts" + SpeechNotes.otherHeadings(text)))
        }
        blocks += speeches.blocks.all
        headed += speeches.blocks.headed
        unowned += speeches.blocks.unowned
        characters += text.count
        kept += speeches.texts.reduce(0) { $0 + $1.count }
        if otherHeadings.isEmpty,
            Speeches.hasFewHeadings(speeches.blocks.headed, of: speeches.blocks.all)
        {
            otherHeadings = SpeechNotes.otherHeadings(text)
        }
        return speeches
    }

    /// Returns notes on text of no role, and on blocks that follow the role before.
    ///
    /// - Parameter path: the path or the pattern of the plays.
    func notes(_ path: String) -> [DataNote] {
        var notes: [DataNote] = []
        let inherited = blocks - headed - unowned
        if inherited > 0 {
            notes.append(
                DataNote(
                    "blocks without heading", path,
                    "\(inherited.grouped) of \(counted(blocks, "block")) of lines have no heading"
                        + " 'NAME:' and count for the role before\(otherHeadings)",
                    severity: Speeches.hasFewHeadings(headed, of: blocks) ? .warning : .information)
            )
        }
        let lost = characters - kept
        if lost > 0 {
            let before =
                unowned > 0
                ? "headings, and \(counted(unowned, "block")) of lines before the first heading"
                : "headings"
            notes.append(
                DataNote(
                    "no role", path,
                    "\(lost.grouped) of \(counted(characters, "character")) are no part of a role"
                        + " and are left out (\(before))",
                    severity: 2 * lost > characters ? .warning : .information))
        }
        return notes
    }
}
