/// What does not keep the rules of `EnglishTests` yet: files or folders, each with its reason. Strike
/// a line as soon as its files keep the rule. No list may become longer.
extension `House rules` {
    private static let rewritten = "its comments are still to be rewritten"

    static let wideFiles = [
        "Sources/Datasets/": rewritten,
        "Sources/LearningRates/": rewritten,
    ]
    static let stubs = [
        "Sources/LearningRates/": rewritten
    ]
    static let wrongBeginnings = [
        "Sources/Datasets/": rewritten,
        "Sources/LearningRates/": rewritten,
    ]
    static let silentDefaults = ["Sources/LearningRates/": rewritten]
    static let oddWords = [
        "Sources/Datasets/": rewritten,
        "Sources/LearningRates/": rewritten,
    ]
    static let longSentences = [
        "Sources/Datasets/": rewritten,
        "Sources/LearningRates/": rewritten,
        "Documentation/": "its pages are still to be rewritten",
        "README.md": "it is still to be rewritten",
    ]
}
