import Settings

/// A text, and the owner of each part of it.
struct Speeches {
    /// What the owners are called.
    let kind: String
    let names: [String]
    /// The text of each owner, in Unicode scalars.
    let texts: [[Unicode.Scalar]]
    /// How many blocks there are, how many have a heading, and how many are before the first one.
    let blocks: (all: Int, headed: Int, unowned: Int)

    /// Reads a text in UTF-8. Line ends become single newlines; a byte order mark is left out.
    static func scalars(_ bytes: [UInt8], path: String) throws(DataError) -> [Unicode.Scalar] {
        do throws(UTF8.ValidationError) {
            _ = try UTF8Span(validating: bytes.span)
        } catch {
            throw .damaged(
                path: path,
                reason: mismatch(
                    "a text in UTF-8",
                    "other bytes at offset \(error.byteOffsets.lowerBound.grouped)",
                    "save it as UTF-8"))
        }
        var scalars: [Unicode.Scalar] = []
        scalars.reserveCapacity(bytes.count)
        for scalar in String(decoding: bytes, as: UTF8.self).unicodeScalars {
            if scalar == "\n", scalars.last == "\r" { scalars.removeLast() }
            scalars.append(scalar)
        }
        if scalars.first == "\u{FEFF}" { scalars.removeFirst() }
        return scalars
    }

    /// Finds the owners of a text: the roles of a play, or else slices of equal length.
    ///
    /// Blocks are separated by empty lines. A heading is a first line of a block that ends in a
    /// colon. A text is a play if at least half of its blocks have a heading. The lines below a
    /// heading belong to that role. So do the lines of the next blocks without a heading. Lines
    /// before the first heading have no owner. Roles are in the order of their first speech, and
    /// roles without a line are left out.
    ///
    /// - Parameter trimsLines: whether headings and empty lines may have white space at their ends.
    init(_ text: [Unicode.Scalar], slices: Int, trimsLines: Bool = false) {
        let play = Self.roles(text, trimsLines)
        blocks = play.blocks
        if 2 * blocks.headed >= blocks.all, blocks.all > 0 {
            (kind, names, texts) = ("roles", play.names, play.texts)
        } else {
            let ends = (0...slices).map { $0 * text.count / slices }
            kind = "slices"
            names = (0..<slices).map(String.init)
            texts = (0..<slices).map { Array(text[ends[$0]..<ends[$0 + 1]]) }
        }
    }

    private static func roles(
        _ text: [Unicode.Scalar], _ trimsLines: Bool
    ) -> (
        names: [String], texts: [[Unicode.Scalar]], blocks: (all: Int, headed: Int, unowned: Int)
    ) {
        var numbers: [String: Int] = [:]
        var names: [String] = []
        var texts: [[Unicode.Scalar]] = []
        var (blocks, headings, unowned) = (0, 0, 0)
        var startsBlock = true
        var speaker: String?
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            let trimmed = trimsLines ? Self.trimmed(line) : line
            if trimmed.isEmpty {
                startsBlock = true
                continue
            }
            let isFirst = startsBlock
            startsBlock = false
            if isFirst { blocks += 1 }
            if isFirst, trimmed.last == ":" {
                headings += 1
                var name = String.UnicodeScalarView()
                name.append(contentsOf: trimmed.dropLast())
                speaker = String(name)
            } else if let speaker {
                let number = numbers[speaker, default: names.count]
                if number == names.count {
                    numbers[speaker] = number
                    names.append(speaker)
                    texts.append([])
                }
                texts[number].append(contentsOf: line)
                texts[number].append("\n")
            } else if isFirst {
                unowned += 1
            }
        }
        return (names, texts, (blocks, headings, unowned))
    }

    /// Returns whether so few blocks have a heading that the headings may be of another kind.
    static func hasFewHeadings(_ headed: Int, of blocks: Int) -> Bool { 5 * headed < 4 * blocks }

    /// Returns a line without the white space at its end.
    private static func trimmed(_ line: ArraySlice<Unicode.Scalar>) -> ArraySlice<Unicode.Scalar> {
        let last = line.lastIndex { !$0.properties.isWhitespace }
        return line[line.startIndex..<(last.map { $0 + 1 } ?? line.startIndex)]
    }
}
