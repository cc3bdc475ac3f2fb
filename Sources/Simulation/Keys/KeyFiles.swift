import Glibc
public import Messaging

/// The key files of a coordinator or a client, and the list of the clients that may connect.
///
/// A secret key is only read from a file that no other user can read. All errors are `UsageError`s
/// that begin with the path of the file.
public enum KeyFiles {
    /// The end of the name of a public key file.
    public static let publicEnding = ".public"
    /// The end of the name of a secret key file.
    public static let secretEnding = ".secret"

    private static let mostBytes = 1 << 20

    /// The folder for keys of this user: `hyperfed/keys` in `XDG_CONFIG_HOME`, else in `~/.config`;
    /// nil without a home folder.
    public static var folder: String? {
        if let folder = environment("XDG_CONFIG_HOME"), folder.hasPrefix("/") {
            return "\(folder)/hyperfed/keys"
        }
        return environment("HOME").flatMap { $0.isEmpty ? nil : "\($0)/.config/hyperfed/keys" }
    }

    /// Reads a secret key file.
    ///
    /// - Throws: `UsageError` if the file is missing, not readable, readable by other users, or has
    ///   no whole pair of keys.
    public static func secret(
        _ path: String
    ) throws(UsageError) -> (pair: KeyPair, serverKey: PublicKey?) {
        let (text, status) = try read(
            path, "a secret key file", advice: "make one with 'hyperfed keys new NAME'")
        let isOpen = try? KeyText(text).pair == nil
        // Others may read a public key file, so this mistake comes first.
        if isOpen != true { try checkSecrecy(path, status) }
        let keys = try parsed(text, path)
        guard let pair = keys.pair else {
            throw UsageError(
                "\(path): expected a secret key, found only a public key; name the file that ends"
                    + " with \(secretEnding)")
        }
        return (pair, keys.serverKey)
    }

    /// Reads a public key file.
    ///
    /// - Throws: `UsageError` if the file is missing, not readable or has no key. Also if it has a
    ///   secret key, which its owner must not give to others.
    public static func publicKey(_ path: String) throws(UsageError) -> PublicKey {
        let text = try readOpen(
            path, "a public key file", advice: "copy it from the machine where the key was made")
        let keys = try parsed(text, path)
        guard keys.pair == nil else {
            throw UsageError(
                "\(path): expected a public key file, found a secret key, which must stay with its"
                    + " owner; name the file that ends with \(publicEnding)")
        }
        return keys.publicKey
    }

    /// Reads the list of the clients that may connect.
    ///
    /// - Throws: `UsageError` if the file is missing, not readable, can be changed by other users,
    ///   names a key or a name twice, or has no clients.
    public static func allowList(_ path: String) throws(UsageError) -> AllowList {
        let text = try readOpen(
            path, "a list of clients", advice: "make it with 'hyperfed keys authorise'")
        let list = try parsedList(text, path)
        guard !list.names.isEmpty else {
            throw UsageError(
                "\(path): expected one client or more, found none; add a client with 'hyperfed"
                    + " keys authorise'")
        }
        return list
    }

    private static func parsed(_ text: String, _ path: String) throws(UsageError) -> KeyText {
        do throws(KeyText.Problem) {
            return try KeyText(text)
        } catch {
            throw UsageError(
                "\(path)\(error.line.map { ":\($0)" } ?? ""): \(error); copy the whole file, or"
                    + " make a new one with 'hyperfed keys new'")
        }
    }

    static func parsedList(_ text: String, _ path: String) throws(UsageError) -> AllowList {
        do throws(AllowList.Problems) {
            return try AllowList(text)
        } catch {
            let lines = error.all.prefix(20).map { "\(path):\($0.line): \($0.text)" }
            throw UsageError(lines.joined(separator: "\n"))
        }
    }

    /// Reads a file that everybody may read, but only its owner or group may change.
    static func readOpen(
        _ path: String, _ what: String, advice: String
    ) throws(UsageError) -> String {
        let (text, status) = try read(path, what, advice: advice)
        guard status.st_mode & 0o002 == 0 else {
            throw UsageError(
                "\(path): expected a file that others cannot change, found mode \(mode(status));"
                    + " run 'chmod o-w' on it and check its content")
        }
        return text
    }

    private static func checkSecrecy(_ path: String, _ status: stat) throws(UsageError) {
        guard status.st_mode & 0o077 == 0 else {
            throw UsageError(
                "\(path): expected a secret key that only you can read (mode 0600), found mode"
                    + " \(mode(status)); run 'chmod 600' on it, and make a new key if others may"
                    + " have read it")
        }
    }

    /// Reads the text of a file that belongs to this user or to the system.
    private static func read(
        _ path: String, _ what: String, advice: String
    ) throws(UsageError) -> (text: String, status: stat) {
        // Opening a pipe does not wait for a writer.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else {
            if errno == ENOENT || errno == ENOTDIR {
                throw UsageError("\(path): expected \(what), found no file; \(advice)")
            }
            let error = SystemError.last("read it", path)
            throw UsageError(
                "\(path): expected \(what) that you may read, found an error; ask its owner, or"
                    + " \(advice) (\(error.cause))")
        }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw UsageError("\(path): expected \(what), found no regular file; \(advice)")
        }
        guard status.st_uid == geteuid() || status.st_uid == 0 else {
            throw UsageError(
                "\(path): expected a file of yours, found one of the user with the number"
                    + " \(status.st_uid); copy it")
        }
        guard let bytes = try? Files.contents(of: descriptor, path, atMost: mostBytes),
            let text = String(validating: bytes, as: UTF8.self)
        else {
            throw UsageError("\(path): expected \(what), found other bytes; \(advice)")
        }
        return (text, status)
    }

    /// Returns the mode of a file in octal digits, such as 0644.
    private static func mode(_ status: stat) -> String {
        let digits = String(status.st_mode & 0o777, radix: 8)
        return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }
}
