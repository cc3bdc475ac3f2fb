import Glibc
public import Messaging

/// Makes key files and changes the list of clients.
extension KeyFiles {
    /// Makes a pair of key files, `NAME.public` and `NAME.secret`, in a folder of mode 0700.
    ///
    /// - Returns: the paths of both files and the public key.
    /// - Throws: `UsageError` if the name has other characters than `AllowList.isName` allows. Also
    ///   if one of the files exists, or if the folder cannot be written.
    public static func make(
        _ name: String, in folder: String
    ) throws(UsageError) -> (publicPath: String, secretPath: String, key: PublicKey) {
        try check(name)
        let (open, secret) = (
            "\(folder)/\(name)\(publicEnding)", "\(folder)/\(name)\(secretEnding)"
        )
        for path in [open, secret] where Files.exists(path) {
            throw UsageError("\(path): expected no file, found one; choose another name")
        }
        do {
            if !Files.isFolder(folder) {
                try Files.makeFolder(folder)
                chmod(folder, 0o700)
            }
            let pair = try KeyPair.make()
            try write(KeyText.secretText(of: pair, name: name), to: secret, mode: 0o600)
            try write(
                KeyText.publicText(of: pair.publicKey, name: name), to: open, mode: 0o644)
            return (open, secret, pair.publicKey)
        } catch {
            throw UsageError("\(error)")
        }
    }

    /// Adds clients to a list. The file is made if there is none.
    ///
    /// - Parameter clients: the names and the public keys.
    /// - Returns: the names that were added. A client that the list has already is left out.
    /// - Throws: `UsageError` if the list cannot be read or written, or if a key or a name stands
    ///   in it for another client.
    public static func authorise(
        _ clients: [(name: String, key: PublicKey)], in path: String
    ) throws(UsageError) -> [String] {
        var text = "# Clients that may connect: a name and a public key in each line.\n"
        if Files.exists(path) {
            text = try readOpen(path, "a list of clients", advice: "name another")
        }
        var names = try parsedList(text, path).names
        var added: [String] = []
        for client in clients {
            try check(client.name)
            if let name = names[client.key] {
                guard name == client.name else {
                    throw UsageError(
                        "\(path): expected a key that is not listed, found that of '\(name)'; leave"
                            + " it out")
                }
                continue
            }
            guard !names.values.contains(client.name) else {
                throw UsageError(
                    "\(path): expected a name that is not listed, found '\(client.name)' with"
                        + " another key; remove that line, or give --name")
            }
            names[client.key] = client.name
            text += text.hasSuffix("\n") || text.isEmpty ? "" : "\n"
            text += AllowList.line(name: client.name, key: client.key)
            added.append(client.name)
        }
        if !added.isEmpty {
            do {
                try Files.write(Array(text.utf8), to: path)
            } catch {
                throw UsageError("\(error)")
            }
        }
        return added
    }

    private static func check(_ name: String) throws(UsageError) {
        guard AllowList.isName(name) else {
            throw UsageError(
                "name: expected 1 to 64 letters, digits, '.', '_' or '-', found"
                    + " '\(shown(name))'; choose another")
        }
    }

    /// Writes a new file with a mode. It is an error if the file exists.
    static func write(_ text: String, to path: String, mode: mode_t) throws {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode)
        guard descriptor >= 0 else { throw SystemError.last("write to it", path) }
        defer { close(descriptor) }
        do {
            try Files.append(Array(text.utf8), to: descriptor, path)
        } catch {
            unlink(path)
            throw error
        }
    }
}
