/// A folder whose report is served, as the functions that read it. Each may be slow, and is called
/// by one thread at a time.
public struct WatchedFolder: Sendable {
    /// How far the runs in the folder are.
    public struct Progress: Equatable, Sendable {
        /// A run that goes on.
        public struct Run: Equatable, Sendable {
            /// The name of the run, how far it is and how good its model is.
            let text: String
            /// The share of its rounds that is done, 0...1.
            let share: Double

            /// - Parameters:
            ///   - text: the name of the run and its newest numbers.
            ///   - share: the share of its rounds that is done, 0...1.
            public init(text: String, share: Double) { (self.text, self.share) = (text, share) }
        }

        /// A sentence about all runs, without a full stop.
        let sentence: String
        /// Some of the runs that go on.
        let runs: [Run]

        /// - Parameters:
        ///   - sentence: how far all runs are, without a full stop.
        ///   - runs: some of the runs that go on.
        public init(sentence: String, runs: [Run] = []) {
            (self.sentence, self.runs) = (sentence, runs)
        }
    }

    /// A report with the files that its links name.
    public struct Report: Sendable {
        /// The page as HTML.
        let html: String
        /// The files beside the page by their paths. They are looked up only.
        let files: [String: String]

        /// - Parameters:
        ///   - html: the page as HTML.
        ///   - files: the texts of the files beside the page, by the paths in its links. SVG and
        ///     CSV files are served.
        public init(html: String, files: [String: String]) {
            (self.html, self.files) = (html, files)
        }
    }

    /// The folder as the user named it.
    let name: String
    /// Returns a number that changes when a file in the folder does.
    let signature: @Sendable () -> UInt64
    /// Returns how far the runs are.
    let progress: @Sendable () -> Progress
    /// Returns the report; nil while there is nothing to report.
    let report: @Sendable () throws -> Report?

    /// - Parameters:
    ///   - name: the folder as the user named it.
    ///   - signature: returns a number that changes when a file in the folder does.
    ///   - progress: returns how far the runs are.
    ///   - report: returns the report; nil while there is nothing to report. Throws the reason if
    ///     the report cannot be made.
    public init(
        name: String, signature: @escaping @Sendable () -> UInt64,
        progress: @escaping @Sendable () -> Progress,
        report: @escaping @Sendable () throws -> Report?
    ) {
        (self.name, self.signature, self.progress) = (name, signature, progress)
        self.report = report
    }
}
