import Synchronization
import Testing
import Watch

/// A folder, a clock and a reader of the folder, all by hand.
final class Desk: Sendable {
    struct State: Sendable {
        var seconds = 0.0
        var signature: UInt64 = 1
        var html = "one"
        var problem: String?
        /// How many seconds a report costs.
        var cost = 0.0
        var made = 0
        /// Whether a run goes on.
        var isRunning = true
    }

    struct Trouble: Error, CustomStringConvertible { let description: String }

    let state = Mutex(State())

    func change(_ body: @Sendable (inout State) -> Void) { state.withLock { body(&$0) } }

    var made: Int { state.withLock(\.made) }

    var folder: WatchedFolder {
        WatchedFolder(
            name: "runs/a<b",
            signature: { self.state.withLock(\.signature) },
            progress: {
                let isRunning = self.state.withLock(\.isRunning)
                let run = WatchedFolder.Progress.Run(text: "a & \"b\"", share: 0.6)
                return WatchedFolder.Progress(
                    sentence: isRunning ? "3 of 5 rounds" : "interrupted",
                    runs: isRunning ? [run] : [])
            },
            report: {
                try self.state.withLock { state in
                    state.made += 1
                    state.seconds += state.cost
                    if let problem = state.problem { throw Trouble(description: problem) }
                    let files = ["report/a.svg": "<svg/>", "report/a.csv": "x", "report/b": ""]
                    return state.html.isEmpty
                        ? nil : WatchedFolder.Report(html: state.html, files: files)
                }
            })
    }

    var report: LiveReport { LiveReport(folder) { self.state.withLock(\.seconds) } }
}

@Suite struct `Live reports` {
    private static func text(_ edition: LiveReport.Edition) -> String {
        String(decoding: edition.html ?? [], as: UTF8.self)
    }

    @Test func `say that a run was killed, though no file changes`() async {
        let desk = Desk()
        let report = desk.report
        let first = await report.current()
        #expect(first.note == "3 of 5 rounds" && first.runs.count == 1)
        desk.change { ($0.isRunning, $0.seconds) = (false, 2) }
        let second = await report.current()
        #expect(second.note == "interrupted" && second.runs.isEmpty)
        #expect(second.html == first.html && desk.made == 1)
    }

    @Test func `are made once for many readers, and again after a change`() async {
        let desk = Desk()
        let report = desk.report
        let versions = await withTaskGroup(of: String.self) { group in
            for _ in 0..<100 { group.addTask { await report.current().version } }
            return await group.reduce(into: Set<String>()) { $0.insert($1) }
        }
        #expect(versions.count == 1 && desk.made == 1)
        // A change within the second is not looked at yet.
        desk.change { ($0.signature, $0.html, $0.seconds) = (2, "two", 0.9) }
        #expect(await Self.text(report.current()) == "one")
        desk.change { $0.seconds = 1.1 }
        let second = await report.current()
        #expect(Self.text(second) == "two" && !versions.contains(second.version))
        // Nothing has changed, so nothing is made.
        desk.change { $0.seconds = 10 }
        #expect(await Self.text(report.current()) == "two" && desk.made == 2)
    }

    @Test func `the last good one stays while none can be made`() async {
        let desk = Desk()
        let report = desk.report
        desk.change { $0.problem = "half a row" }
        let nothing = await report.current()
        #expect(nothing.html == nil && nothing.version == "none")
        #expect(
            nothing.note == "3 of 5 rounds; no report can be made of these files: half a row")
        // It is tried again although no file has changed.
        desk.change { ($0.problem, $0.seconds) = (nil, 2) }
        let good = await report.current()
        #expect(Self.text(good) == "one" && good.note == "3 of 5 rounds")
        desk.change { ($0.problem, $0.signature, $0.seconds) = ("half a row", 2, 4) }
        let old = await report.current()
        #expect(Self.text(old) == "one" && old.version == good.version)
        #expect(
            old.note == "3 of 5 rounds; no report can be made of these files: half a row;"
                + " the page below is the last good one")
    }

    @Test func `nothing to report is no problem`() async {
        let desk = Desk()
        let report = desk.report
        desk.change { $0.html = "" }
        let nothing = await report.current()
        #expect(nothing.html == nil && nothing.note == "3 of 5 rounds" && nothing.runs.count == 1)
        desk.change { ($0.html, $0.signature, $0.seconds) = ("one", 2, 2) }
        #expect(await Self.text(report.current()) == "one")
    }

    @Test func `a dear report is made for a fifth of the time at most`() async throws {
        let desk = Desk()
        let report = desk.report
        desk.change { $0.cost = 2 }
        #expect(await Self.text(report.current()) == "one")
        desk.change { ($0.signature, $0.html, $0.seconds) = (2, "two", 9.9) }
        _ = await report.current()
        #expect(desk.made == 1)
        desk.change { $0.seconds = 10.1 }
        // Readers get the old edition meanwhile.
        #expect(await Self.text(report.current()) == "one")
        var text = ""
        // Beside other tests the work may begin late.
        for _ in 0..<6_000 where text != "two" {
            text = await Self.text(report.current())
            try await Task.sleep(for: .milliseconds(10))
        }
        #expect(text == "two" && desk.made == 2)
    }
}
