/// What does not keep the rules of `EnglishTests` yet: files or folders, each with its reason. Strike
/// a line as soon as its files keep the rule. No list may become longer.
extension `House rules` {
    static let wideFiles: [String: String] = [:]
    static let stubs: [String: String] = [:]
    static let wrongBeginnings: [String: String] = [:]
    static let silentDefaults: [String: String] = [:]
    static let oddWords: [String: String] = [:]
    static let longSentences = [
        "Documentation/": "its pages are still to be rewritten",
        "README.md": "it is still to be rewritten",
    ]
}
