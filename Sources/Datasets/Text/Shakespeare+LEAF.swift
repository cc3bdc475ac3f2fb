import Settings

// The option `windows: leaf`: the samples of LEAF's preprocessing.
extension Shakespeare {
    /// Refuses other values than LEAF's of the keys that `windows: leaf` decides.
    func refuseContradictions(_ settings: Settings) {
        func fix(_ key: String, _ value: String, _ isRight: Bool) {
            guard !isRight else { return }
            settings.reject(
                key, expected: "\(value) beside windows: leaf, which decides it",
                advice: "remove \(key), or windows: leaf")
        }
        fix("sequence_length", "80", sequenceLength == LEAFWindows.length)
        fix("stride", "1", stride == 1)
        fix("vocabulary", "80", vocabulary == LEAFWindows.letters.count)
        fix("predict", "last", prediction == .last)
        if testFraction == 0 {
            settings.reject(
                "test_fraction",
                expected: "more than 0 beside windows: leaf, which leaves out clients without test "
                    + "samples", advice: "remove test_fraction, or windows: leaf")
        }
    }

    /// The share of training windows: the decimal number that 1 − `test_fraction` is on paper.
    ///
    /// LEAF is given this number, such as 0.1, but 1 − 0.9 is a bit less.
    private var trainShare: Double { ((1 - testFraction) * 1e12).rounded() / 1e12 }

    /// Makes the samples of a text.
    func decodedAsLEAF(_ text: [Unicode.Scalar]) throws(DataError) -> DecodedDataset {
        // Python reads a carriage return as a line end.
        let text = text.map { $0 == "\r" ? "\n" : $0 }
        let speeches = Speeches(text, slices: slices)
        let plays = speeches.kind == "roles" ? nil : try LEAFPlays(text, path: file)
        let kind = plays == nil ? speeches.kind : "roles"
        let (names, texts) = plays.map { ($0.names, $0.texts) } ?? (speeches.names, speeches.texts)
        guard !names.isEmpty else {
            throw .damaged(
                path: file,
                reason: mismatch(
                    "speeches such as '  HAMLET. To be' below lines with 'by William Shakespeare', "
                        + "as windows: leaf reads plays, or headings 'NAME:'", "none"))
        }
        let users = texts.map { LEAFWindows($0, share: trainShare) }
        let present = users.indices.filter { !users[$0].test.isEmpty }
        guard !present.isEmpty else {
            let most = users.map(\.count).max() ?? 0
            throw .damaged(
                path: file,
                reason: mismatch(
                    "windows of 80 characters for training and for testing in one of "
                        + "\(names.count.grouped) \(kind), with 79 windows between them that "
                        + "windows: leaf leaves out",
                    "\(most.grouped) windows at most, of which a share of \(trainShare) is for "
                        + "training", "use a larger test_fraction, more text or windows: own"))
        }
        try check(present.map { users[$0] })
        var notes: [DataNote] = []
        if plays == nil {
            notes = SpeechNotes(speeches, text, present: present, wantsSlices: wantsSlices)
                .headingNotes(file)
        }
        notes += leafNotes(users, present, kind)
        var (train, test) = (Sequences(), Sequences())
        var ofTrain: [Int32] = []
        train.symbols.reserveCapacity(
            present.reduce(0) { $0 + users[$1].train.count } * LEAFWindows.length)
        for (owner, user) in present.map({ users[$0] }).enumerated() {
            for first in user.train { train.add(user.window(first), prediction) }
            for first in user.test { test.add(user.window(first), prediction) }
            ofTrain.append(contentsOf: repeatElement(Int32(owner), count: user.train.count))
        }
        return DecodedDataset(
            sampleShape: [LEAFWindows.length], target: .classes(LEAFWindows.letters.count),
            targetWidth: 1, vocabulary: LEAFWindows.letters.count,
            owners: DecodedDataset.Owners(
                kind: kind, names: present.map { names[$0] }, ofTrain: ofTrain),
            classNames: LEAFWindows.letters.map { String($0) },
            notes: notes.map { $0.withoutPaths(files) }, train: train.samples, test: test.samples)
    }

    /// Refuses parts that are too large, before anything is built.
    private func check(_ users: [LEAFWindows]) throws(DataError) {
        let windows = max(
            users.reduce(0) { $0 + $1.train.count }, users.reduce(0) { $0 + $1.test.count })
        let most = Self.largestPart / (LEAFWindows.length + 1)
        guard windows <= most else {
            throw .impossible(
                dataset: "shakespeare",
                reason: mismatch(
                    "at most \(most.grouped) windows of 80 characters in a split", windows.grouped,
                    "use a shorter text"))
        }
    }

    private func leafNotes(
        _ users: [LEAFWindows], _ present: [Int], _ kind: String
    ) -> [DataNote] {
        let all = users.reduce(0) { $0 + $1.count }
        let kept = present.reduce(0) { $0 + users[$1].train.count + users[$1].test.count }
        let short = users.count - present.count
        var notes = [
            DataNote(
                "left out", file,
                "\((all - kept).grouped) of \(counted(all, "window")) are left out, as LEAF does "
                    + "(79 between the two parts of each owner, and all of \(short.grouped) of "
                    + "\(users.count.grouped) \(kind) with too few for both parts)",
                severity: 2 * kept < all ? .warning : .information)
        ]
        let characters = users.reduce(0) { $0 + $1.symbols.count }
        let others = users.flatMap(\.others)
        if let first = others.first {
            let code = String(first.value, radix: 16, uppercase: true)
            let place = String(repeating: "0", count: max(0, 4 - code.count)) + code
            notes.append(
                DataNote(
                    "other letters", file,
                    "\(others.count.grouped) of \(counted(characters, "character")) "
                        + "\(others.count == 1 ? "is" : "are") none of LEAF's 80 letters, the "
                        + "first U+\(place), and \(others.count == 1 ? "has" : "have") "
                        + "the symbol of '}'",
                    severity: 20 * others.count > characters ? .warning : .information))
        }
        return notes
    }
}
