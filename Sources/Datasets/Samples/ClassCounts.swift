import Settings

/// The number of samples of each class, and warnings about these numbers.
struct ClassCounts {
    private let names: [String]
    private let train: [Int]
    private let test: [Int]

    /// Counts the samples.
    ///
    /// - Parameter names: the names of the classes in messages.
    init(names: [String], train: [Int32], test: [Int32]) {
        self.names = names
        func count(_ labels: [Int32]) -> [Int] {
            labels.reduce(into: [Int](repeating: 0, count: names.count)) { $0[Int($1)] += 1 }
        }
        (self.train, self.test) = (count(train), count(test))
    }

    /// Returns warnings about the counts.
    ///
    /// - Parameter path: the file or folder that the warnings are about.
    func notes(_ path: String) -> [DataNote] {
        let all = names.indices
        let absent = all.filter { train[$0] == 0 && test[$0] == 0 }
        let untrained = all.filter { train[$0] == 0 && test[$0] > 0 }
        // If most classes have few samples, a single small class is not unusual.
        let isRare = (train + test).reduce(0, +) >= 5 * names.count
        let single = all.filter { isRare && test[$0] == 0 && train[$0] == 1 }
        var notes: [DataNote] = []
        func note(_ kind: String, _ classes: [Int], _ text: String) {
            guard !classes.isEmpty else { return }
            let (noun, verb) = classes.count == 1 ? ("class", "has") : ("classes", "have")
            notes.append(
                DataNote(
                    kind, path,
                    "\(noun) \(listed(classes.map { names[$0] })) \(verb) \(text)"))
        }
        note(
            "empty classes", absent, "no sample; the model predicts \(counted(all.count, "class"))")
        note(
            "untrained classes", untrained,
            "test samples but no training sample, so no client can learn "
                + (untrained.count == 1 ? "it" : "them"))
        note(
            "single classes", single,
            "a single sample" + (single.count == 1 ? "" : " each") + "; is the label right?")
        return notes
    }
}
