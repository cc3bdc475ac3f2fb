/// The text of a key file. It is the form of ZeroMQ's certificates, which pyzmq and CZMQ use, too.
///
///     metadata
///         name = "site-1"
///     curve
///         public-key = "40 characters"
///         secret-key = "40 characters"
///         server-key = "40 characters"
///
/// A line that begins with `#` is a comment. Only a secret key file has `secret-key`. The line
/// `server-key` is optional: it is the public key of the coordinator for which the pair was made.
public struct KeyText: Equatable, Sendable {
    /// What is not right in a text, without the name of the file.
    public struct Problem: Error, Equatable, Sendable, CustomStringConvertible {
        /// The line, counted from 1; nil if it is about the whole text.
        public let line: Int?
        /// What was expected and found.
        public let description: String
    }

    /// The public key of the file.
    public let publicKey: PublicKey
    /// The pair, if the file has a secret key.
    public let pair: KeyPair?
    /// The public key of the coordinator, if the file has it.
    public let serverKey: PublicKey?

    /// Reads the text of a key file.
    ///
    /// - Throws: `Problem` if a key is missing, cut off or not a key, or if the two keys of a pair
    ///   do not belong together.
    public init(_ text: String) throws(Problem) {
        var lines: [String: Int] = [:]
        func key(_ name: String, _ value: Substring, _ line: Int) throws(Problem) -> String {
            guard lines[name] == nil else {
                throw Problem(line: line, description: "expected \(name) once, found it twice")
            }
            lines[name] = line
            guard Z85.isKey(String(value)) else {
                // The value may be a part of a secret key, so it is not shown.
                throw Problem(
                    line: line,
                    description: "expected a key of 40 characters (Z85) as \(name), found"
                        + " \(value.count == 40 ? "other" : "\(value.count)") characters")
            }
            return String(value)
        }
        var (publicText, secretText, serverText): (String?, String?, String?)
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false)
            .enumerated()
        {
            guard let (name, value) = Self.entry(line) else { continue }
            switch name {
            case "public-key": publicText = try key("public-key", value, index + 1)
            case "secret-key": secretText = try key("secret-key", value, index + 1)
            case "server-key": serverText = try key("server-key", value, index + 1)
            default: break
            }
        }
        guard let publicKey = publicText.flatMap({ PublicKey($0) }) else {
            throw Problem(line: nil, description: "expected a line public-key, found none")
        }
        pair = secretText.flatMap { KeyPair(secretText: $0) }
        if let pair, pair.publicKey != publicKey {
            throw Problem(
                line: lines["secret-key"],
                description: "expected the secret key of the public key, found another one")
        }
        self.publicKey = publicKey
        serverKey = serverText.flatMap { PublicKey($0) }
    }

    /// Returns the name and the value of a line `NAME = VALUE`; nil for other lines. Quotation
    /// marks around the value are left out.
    private static func entry(_ line: Substring) -> (name: Substring, value: Substring)? {
        let line = line.trimmed
        guard line.first != "#", let sign = line.firstIndex(of: "=") else { return nil }
        var value = line[line.index(after: sign)...].trimmed
        if value.count >= 2, let mark = value.first, mark == "\"" || mark == "'",
            value.last == mark
        {
            value = value.dropFirst().dropLast()
        }
        return (line[..<sign].trimmed, value)
    }

    /// Returns the text of a file that may be given to others.
    public static func publicText(of key: PublicKey, name: String) -> String {
        """
        # The public key of \(name), for hyperfed and other programs with ZeroMQ's CURVE.
        # Others may read this file. Make sure that it is not changed on its way.

        metadata
            name = "\(name)"
        curve
            public-key = "\(key)"

        """
    }

    /// Returns the text of a file that only its owner may read.
    ///
    /// - Parameter serverKey: the public key of the coordinator for which the pair was made, or
    ///   nil.
    public static func secretText(
        of pair: KeyPair, name: String, serverKey: PublicKey? = nil
    ) -> String {
        """
        # The secret key of \(name), for hyperfed and other programs with ZeroMQ's CURVE.
        # Do not give this file to others, and keep its mode 0600.

        metadata
            name = "\(name)"
        curve
            public-key = "\(pair.publicKey)"
            secret-key = "\(pair.secretText)"

        """ + (serverKey.map { "    server-key = \"\($0)\"\n" } ?? "")
    }
}

extension Substring {
    /// The text without blanks at both ends.
    var trimmed: Substring {
        let blanks: (Character) -> Bool = { $0.isWhitespace }
        var rest = drop(while: blanks)
        while let last = rest.last, blanks(last) { rest = rest.dropLast() }
        return rest
    }
}
