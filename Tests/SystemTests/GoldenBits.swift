import Bytes
import Foundation
import Synchronization
import TestSupport
import Testing

/// The digests of small runs, which are the same on all processors. A change of one is a change of
/// the numerics: it needs a new `ProgramIdentity.numerics`.
///
/// `HYPERFED_GOLDEN=write swift test -c release --filter 'gives the same bits'` writes them anew.
enum GoldenBits {
    private static let path = "Tests/Golden/bits.txt"
    private static let isWriting =
        ProcessInfo.processInfo.environment["HYPERFED_GOLDEN"] == "write"
    /// The digest of each run by its name.
    private static let known = Mutex(read())

    private static func read() -> [String: String] {
        let rows = (SourceTree.text(of: path) ?? "").split(separator: "\n")
        return Dictionary(
            rows.compactMap { row in
                row.firstIndex(of: " ").map {
                    (String(row[row.index(after: $0)...]), String(row[..<$0]))
                }
            }, uniquingKeysWith: { $1 })
    }

    /// Checks that the model and the rounds of a run are those of the file.
    static func check(_ run: RunFiles, _ name: String) throws {
        var digest = ContentDigest()
        digest.add(run.model)
        digest.add(run.rounds.map { $0.joined(separator: ",") }.joined(separator: "\n"))
        let text = String(digest.text.prefix(16))
        guard isWriting else {
            let expected = known.withLock { $0[name] }
            #expect(text == expected, "\(name): other bits than those of \(path)")
            return
        }
        try known.withLock {
            $0[name] = text
            let rows = $0.map { "\($0.value) \($0.key)\n" }.sorted {
                $0.dropFirst(17) < $1.dropFirst(17)
            }
            try rows.joined().write(
                toFile: "\(SourceTree.root)/\(path)", atomically: true, encoding: .utf8)
        }
    }
}

/// Words of the environment for the kernels of AVX2, where there are wider ones too.
let narrowKernels = ["HYPERFED_ISA": "x86-64-v3"]
