import Bytes
import Dispatch

/// The report of a folder that may change, made again when a reader asks and a file has changed.
///
/// However many readers ask, the report is made at most once a second, and for at most a fifth of
/// the time. If it cannot be made, for example because a file is half written, the last good report
/// stays.
package actor LiveReport {
    /// What a reader gets.
    package struct Edition: Sendable {
        /// The report as HTML; nil if there was none yet.
        package var html: [UInt8]?
        /// Names the content of `html`.
        package var version = "none"
        /// The files beside the report, by their paths.
        package var files: [String: String] = [:]
        /// How far the runs are, and whether the report is an older one.
        package var note = ""
        /// Some of the runs that go on.
        package var runs: [WatchedFolder.Progress.Run] = []
    }

    private let folder: WatchedFolder
    private let seconds: @Sendable () -> Double
    /// Files are read on a thread of its own, because the threads of tasks may not wait.
    private let queue = DispatchQueue(label: "report")
    private var edition: Edition?
    /// The signature of the files that the edition was made from; nil if the report was not made.
    private var signature: UInt64?
    private var lastMade = -Double.infinity
    private var lastCost = 0.0
    private var work: Task<Void, Never>?

    /// The smallest number of seconds between two looks into the folder.
    private static let interval = 1.0
    /// The largest number of seconds that a reader waits for a new edition while there is an older
    /// one.
    private static let mostPatience = 0.5

    /// - Parameters:
    ///   - folder: the folder.
    ///   - seconds: a clock that never jumps.
    package init(_ folder: WatchedFolder, seconds: @escaping @Sendable () -> Double) {
        (self.folder, self.seconds) = (folder, seconds)
    }

    /// Returns the newest edition.
    package func current() async -> Edition {
        let pause = max(Self.interval, 4 * lastCost)
        if work == nil, seconds() - lastMade >= pause {
            work = Task { await refresh() }
        }
        if let edition, lastCost > Self.mostPatience { return edition }
        await work?.value
        return edition ?? Edition()
    }

    private func refresh() async {
        let began = seconds()
        let (folder, old, before) = (folder, signature, edition ?? Edition())
        let made = await withCheckedContinuation { continuation in
            queue.async { continuation.resume(returning: Self.make(folder, old, before)) }
        }
        if let made { (edition, signature) = made }
        lastMade = seconds()
        lastCost = lastMade - began
        work = nil
    }

    /// Makes an edition; nil if nothing has changed.
    ///
    /// - Parameters:
    ///   - old: the signature of the files that `edition` was made from.
    ///   - edition: the newest edition.
    private static func make(_ folder: WatchedFolder, _ old: UInt64?, _ edition: Edition)
        -> (Edition, UInt64?)?
    {
        // A change while the report is made is seen the next time.
        let signature = folder.signature()
        var edition = edition
        // A run that is killed changes no file.
        guard signature != old || !edition.runs.isEmpty else { return nil }
        let progress = folder.progress()
        (edition.note, edition.runs) = (progress.sentence, progress.runs)
        if signature == old { return (edition, signature) }
        do {
            guard let report = try folder.report() else { return (edition, signature) }
            let html = Array(report.html.utf8)
            var hash = ContentHash()
            hash.add(html)
            (edition.html, edition.version, edition.files) = (html, hash.text, report.files)
            return (edition, signature)
        } catch {
            let rest = edition.html == nil ? "" : "; the page below is the last good one"
            edition.note += "; no report can be made of these files: \(error)\(rest)"
            return (edition, nil)
        }
    }
}
