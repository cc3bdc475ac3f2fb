import Settings
import Testing

@Suite struct `Suggestions` {
    @Test(arguments: [
        ("", "", 0), ("a", "", 1), ("", "ab", 2), ("bund", "bound", 1), ("boudn", "bound", 1),
        ("kitten", "sitting", 3), ("ca", "abc", 3),
    ])
    func `edit distance, a swap of neighbours counts once`(a: String, b: String, distance: Int) {
        #expect(editDistance(a, b) == distance)
        #expect(editDistance(b, a) == distance)
    }

    @Test(arguments: [
        ("bund", "bound"), ("fedhyprg", "fedhyper_g"), ("learningrate", "learning_rate"),
        ("batch_learning_rate", "learning_rate"),
    ])
    func `a close word is suggested`(word: String, meant: String) {
        let known = ["bound", "fedhyper_g", "learning_rate", "local_epochs", "to"]
        #expect(suggestion(for: word, among: known) == meant)
    }

    @Test(arguments: ["foo", "x", "", "momentum", String(repeating: "bound", count: 1000)])
    func `a far word, or a short one, is not`(word: String) {
        #expect(suggestion(for: word, among: ["bound", "to", "a", "learning_rate"]) == nil)
    }

    @Test func `of equally close words the first wins`() {
        #expect(suggestion(for: "ratx", among: ["rats", "rate"]) == "rats")
    }
}
