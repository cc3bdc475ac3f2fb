/// The verdict of a study in sentences.
enum Verdicts {
    /// Returns the paragraphs of the verdict.
    static func paragraphs(_ content: StudyContent) -> HTML { "" }
}
