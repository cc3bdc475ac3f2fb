import Glibc
import Messaging

extension KeyFiles {
    /// A key in a folder, as `hyperfed keys list` shows it.
    public struct Entry: Equatable, Sendable {
        /// The name of the files without their ending.
        public let name: String
        /// The public key; empty if no file has it.
        public let key: String
        /// Whether the secret key is there.
        public let hasSecret: Bool
        /// What is not right with the files, as messages; empty if nothing.
        public let problems: [String]
    }

    /// Returns the keys in a folder, by name.
    ///
    /// - Throws: `UsageError` if there is no such folder.
    public static func entries(in folder: String) throws(UsageError) -> [Entry] {
        guard Files.isFolder(folder) else {
            throw UsageError(
                "\(folder): expected a folder of keys, found none; make a key with 'hyperfed keys"
                    + " new NAME'")
        }
        let files = Files.names(in: folder)
        let names = Set(
            files.compactMap { file in
                [publicEnding, secretEnding].first { file.hasSuffix($0) }
                    .map { String(file.dropLast($0.count)) }
            })
        return names.sorted().map { name in
            var (problems, key): ([String], String) = ([], "")
            let hasSecret = files.contains(name + secretEnding)
            func read(_ body: () throws -> PublicKey) {
                do {
                    let found = try body().text
                    if !key.isEmpty, key != found {
                        problems.append(
                            "\(folder)/\(name): expected files of one key, found two keys; remove"
                                + " one file")
                    }
                    key = found
                } catch {
                    problems.append("\(error)")
                }
            }
            if files.contains(name + publicEnding) {
                read { try publicKey("\(folder)/\(name)\(publicEnding)") }
            }
            if hasSecret {
                read { try secret("\(folder)/\(name)\(secretEnding)").pair.publicKey }
            }
            return Entry(name: name, key: key, hasSecret: hasSecret, problems: problems)
        }
    }
}
