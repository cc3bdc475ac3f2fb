import CSystem
public import Reporting

extension PartitionPicture.TextStyle {
    /// The style of pictures on standard output.
    ///
    /// The width is that of the terminal, or of `COLUMNS`, or 80. Blocks of Unicode are used if the
    /// locale has UTF-8 and `TERM` is not `dumb`. Pictures have no colours, so `NO_COLOR` holds.
    public static var standardOutput: Self {
        let known = Int(hyperfed_terminal_columns(1))
        let columns = known > 0 ? known : environment("COLUMNS").flatMap { Int($0) } ?? 80
        return Self(columns: min(max(columns, 40), 400), isUnicode: hasUnicodeTerminal)
    }
}

/// Whether terminals of this process show other characters than ASCII: the locale has UTF-8, and
/// `TERM` is not `dumb`.
var hasUnicodeTerminal: Bool {
    guard environment("TERM") != "dumb" else { return false }
    let names = ["LC_ALL", "LC_CTYPE", "LANG"]
    let locale = names.lazy.compactMap { environment($0) }.first { !$0.isEmpty } ?? ""
    let word = locale.lowercased()
    return word.contains("utf-8") || word.contains("utf8")
}
