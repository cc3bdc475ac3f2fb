import Glibc
import Simulation

/// The form of a figure's file.
public enum FigureFormat: String, CaseIterable, Sendable {
    /// Vectors with embedded fonts, for LaTeX.
    case pdf
    /// Vectors as text, for browsers and drawing programs.
    case svg
    /// Pixels, 300 for each inch.
    case png

    /// Writes a drawing in this form.
    ///
    /// - Parameters:
    ///   - svg: the drawing as an SVG file.
    ///   - path: the path of the file without its ending.
    /// - Throws: `SystemError` if a file cannot be written, `UsageError` if the program that
    ///   converts drawings is missing, `RunError` if it failed.
    func write(_ svg: String, to path: String) throws {
        guard self != .svg else { return try Files.write(Array(svg.utf8), to: "\(path).svg") }
        let drawing = "\(path).\(getpid()).svg"
        try Files.write(Array(svg.utf8), to: drawing)
        defer { unsafe unlink(drawing) }
        // The date inside a PDF file would make two files of the same figure differ.
        unsafe setenv("SOURCE_DATE_EPOCH", "0", 0)
        let made = "\(drawing).\(rawValue)"
        defer { unsafe unlink(made) }
        let options =
            self == .png
            ? ["--dpi-x", "300", "--dpi-y", "300", "--background-color", "white"] : []
        try ExternalTool.run(
            ["rsvg-convert", "--format", rawValue] + options + ["--output", made, drawing],
            purpose: "makes PDF and PNG files", package: "librsvg2-bin",
            otherwise: "use --format svg")
        let bytes = try Files.readBytes(made)
        try Files.write(bytes, to: "\(path).\(rawValue)")
    }
}
