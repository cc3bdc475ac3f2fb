import Bytes
import CSystem
import Datasets

/// The exact identity of this program. Two builds of one version may compute different numbers.
///
/// The identity depends on the program and on the library of elementary functions. For each it
/// uses the build id that the linker stored, so no file is read.
/// A program without a build id counts by the digest of its file.
public enum ProgramIdentity {
    /// The version of this program.
    public static let version = "0.1.0"

    /// The revision of the numerics. It is raised when a change gives results other bits. Two
    /// builds with the same revision give the same bits on all x86-64 machines with AVX2, if they
    /// have the same library of elementary functions.
    ///
    /// Revision 2: the same bits with AVX2 as with AVX-512.
    public static let numerics = 2

    /// The build as 16 hexadecimal digits. They are equal for equal programs with equal libraries.
    public static let build: String = {
        let facts = """
            program: \(id(of: nil) ?? digestOfFile ?? "unknown")
            functions: \(id(of: "exp") ?? "in the program")

            """
        var digest = ContentDigest()
        digest.add(facts)
        return String(digest.text.prefix(16))
    }()

    /// Version and build, as coordinator and client processes send them to each other.
    public static let text = "\(version) build \(build)"

    private static var digestOfFile: String? { try? FileDigest.text(of: "/proc/self/exe") }

    private static func id(of symbol: String?) -> String? {
        var text = [CChar](repeating: 0, count: 129)
        guard hyperfed_build_id(symbol, &text, text.count) == 0 else { return nil }
        return String(
            decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
