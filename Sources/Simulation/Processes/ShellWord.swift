import Glibc

/// Returns a text as one word of a shell. A text of letters, digits and a few marks stays as it is.
/// Others are in single quotes, in which only the single quote itself is special.
package func shellWord(_ text: String) -> String {
    let isPlain = text.utf8.allSatisfy {
        isalnum(Int32($0)) != 0 || "/._-+=@%:".utf8.contains($0)
    }
    if isPlain, !text.isEmpty { return text }
    let parts = text.split(separator: "'", omittingEmptySubsequences: false)
    return "'" + parts.joined(separator: "'\\''") + "'"
}

/// Returns the command that continues the run or the comparison in a folder.
func resumeCommand(_ folder: String) -> String { "hyperfed resume \(shellWord(folder))" }
