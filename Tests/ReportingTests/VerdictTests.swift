import Reporting
import Testing

/// Each sentence of a verdict is built from fixed parts; here they stand in full.
@Suite struct `Verdicts` {
    private func verdict(_ rows: [ComparisonRow], grid: [String] = []) -> [String] {
        Verdict(study(rows, grid: grid), .page).sentences.map { $0.map(\.text).joined() }
    }

    @Test func `one variant is best`() {
        let all = study(rows("base", [0.5, 0.51, 0.5]) + rows("up", [0.6, 0.62, 0.6]))
        let verdict = Verdict(all, .page) { $0 == "up" ? "Up <i>" : $0 }
        #expect(verdict.sentences.first?.map(\.isStrong) == [true, false, true, false])
        #expect(
            verdict.text == """
                GOLDEN
                """)
    }
}
