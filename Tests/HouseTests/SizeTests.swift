import TestSupport
import Testing

extension `House rules` {
    @Test func `files have at most 300 lines`() {
        for path in Self.everywhere + Self.c {
            let count =
                SourceTree.text(of: path)?.split(
                    separator: "\n", omittingEmptySubsequences: false
                ).count ?? 0
            // The last line end is not a line.
            if count > 301 {
                Self.object(
                    path, 301,
                    "\(count - 1) lines, 300 are the limit; look for the second idea"
                        + " and give it a file")
            }
        }
    }

    @Test func `functions have at most 60 lines`() {
        for path in Self.everywhere {
            let code = Self.code(path)
            for function in code.functions where function.count > 60 {
                Self.object(
                    path, function.line,
                    "a function of \(function.count) lines, 60 are the limit; name its parts")
            }
        }
    }

    @Test func `names say what is inside`() {
        for path in Self.everywhere + Self.c where path != "Sources/hyperfed/CommonOptions.swift" {
            if path.contains(/(Util|Utils|Utilities|Helper|Helpers|Manager|Common)(\/|\.|\+)/) {
                Self.object(path, 1, "a name that fits anything; name the one idea inside")
            }
        }
    }

    @Test func `no placeholder is left`() {
        for path in Self.everywhere where path.hasSuffix("/Placeholder.swift") {
            Self.object(path, 1, "a placeholder; remove it as soon as its folder has a file")
        }
    }
}
