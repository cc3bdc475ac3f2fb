import Glibc
public import Simulation

extension ReportPage {
    /// The name of a page in the folder of a comparison or a run.
    public static let fileName = "report.html"

    /// Returns the name of the folder beside a page: that of the page without its ending.
    package static func filesFolder(of path: String) -> String {
        let name = path.split(separator: "/").last.map(String.init) ?? path
        return name.hasSuffix(".html") ? String(name.dropLast(5)) : name + "-files"
    }

    /// Makes the page of some folders and writes it with the files beside it.
    ///
    /// - Parameters:
    ///   - folders: folders of comparisons and of runs.
    ///   - comparisons: those of the folders that are read already, by their folders.
    ///   - path: where the page goes. Its figures go into a folder beside it.
    /// - Returns: what could not be read, in words.
    /// - Throws: `UsageError` if a folder cannot be used, if another program wrote a file of this
    ///   name, or if it cannot be written.
    public static func write(
        _ folders: [String], _ comparisons: [String: ComparisonReport] = [:], to path: String
    ) throws(UsageError) -> [String] {
        guard isOwn(path) else {
            throw UsageError(
                "\(path): expected a report to replace, found another file; move it away or choose"
                    + " another --output")
        }
        let data = try ReportData(folders, comparisons)
        let name = filesFolder(of: path)
        let page = ReportPage(data, filesFolder: name)
        do {
            let around = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
            let folder = "\(around.isEmpty ? "/" : around)/\(name)"
            try Files.makeFolder(folder)
            for file in page.files {
                try Files.write(Array(file.text.utf8), to: "\(folder)/\(file.name)")
            }
            try Files.write(Array(page.text.utf8), to: path)
        } catch {
            throw UsageError(
                "\(path): expected a file that can be written, found an error; choose another"
                    + " --output (\(SystemError.cause(of: error)))")
        }
        return data.problems
    }

    /// Removes the page of a folder whose runs begin anew, since it shows the old ones.
    public static func remove(in folder: String) {
        let path = "\(folder)/\(fileName)"
        if Files.exists(path), isOwn(path) { _ = unsafe unlink(path) }
    }

    /// Returns whether a file is a page that this program wrote, or is not there.
    private static func isOwn(_ path: String) -> Bool {
        guard Files.exists(path) else { return true }
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        var buffer = [UInt8](repeating: 0, count: 1024)
        let count = unsafe max(0, read(descriptor, &buffer, buffer.count))
        return String(decoding: buffer[..<count], as: UTF8.self).contains(generator)
    }

    /// The element that says who wrote the page.
    static let generator = "<meta name=\"generator\" content=\"hyperfed\">"
}
