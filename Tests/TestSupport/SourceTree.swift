import Foundation

/// The files of this project, as they were when the tests were built.
package enum SourceTree {
    /// The folder with Package.swift.
    package static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().path

    /// The files below a folder, or the file itself, as paths from the root, sorted.
    package static func files(in folder: String, endings: [String] = []) -> [String] {
        let start = "\(root)/\(folder)"
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: start, isDirectory: &isFolder) else {
            return []
        }
        let names =
            isFolder.boolValue
            ? (FileManager.default.enumerator(atPath: start)?.compactMap { $0 as? String } ?? [])
                .map { "\(folder)/\($0)" } : [folder]
        return names.filter { name in
            endings.isEmpty || endings.contains { name.hasSuffix(".\($0)") }
        }.sorted()
    }

    /// The text of a file; nil where there is none.
    package static func text(of path: String) -> String? {
        FileManager.default.contents(atPath: "\(root)/\(path)").flatMap {
            String(validating: $0, as: UTF8.self)
        }
    }
}

extension SourceTree {
    /// The bytes of a file.
    package static func bytes(of path: String) throws -> [UInt8] {
        try Array(Data(contentsOf: URL(fileURLWithPath: "\(root)/\(path)")))
    }
}
