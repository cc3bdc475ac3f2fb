import ArgumentParser
import Messaging
import Simulation

struct Keys: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Make and list keys, and say which clients may connect to a coordinator.",
        discussion: """
            Keys are for coordinators and clients on several machines. 'hyperfed run' makes its \
            own. A secret key never leaves the machine on which it was made.

              hyperfed keys new coordinator
              hyperfed keys new site-1
              hyperfed keys authorise clients.txt site-1.public
            """,
        subcommands: [NewKey.self, ListKeys.self, AuthoriseKeys.self])
}

/// The option that names the folder of key files.
struct KeyFolderOption: ParsableArguments {
    @Option(help: "The folder of the key files (default: ~/.config/hyperfed/keys).")
    var folder: String?

    /// Returns the folder that the option names, or else the one of this user.
    func path() throws -> String {
        guard let path = folder ?? KeyFiles.folder else {
            throw UsageError(
                "--folder: expected a folder, found no value (there is no home folder either); give"
                    + " --folder")
        }
        return path
    }
}

struct NewKey: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "new", abstract: "Make a pair of key files: NAME.public and NAME.secret.")

    @Argument(help: "The name of the coordinator or of the client.")
    var name: String

    @OptionGroup var folder: KeyFolderOption

    func run() throws {
        let made = try KeyFiles.make(name, in: try folder.path())
        writeOutput(
            "\(made.publicPath): give this file to others (\(made.key))\n"
                + "\(made.secretPath): only you may read this file\n")
    }
}

struct ListKeys: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the keys in a folder, and check their files.")

    @OptionGroup var folder: KeyFolderOption

    func run() throws {
        let entries = try KeyFiles.entries(in: try folder.path())
        for entry in entries {
            let kind = entry.hasSecret ? "secret key" : "public key only"
            writeOutput("\(entry.name)  \(entry.key.isEmpty ? "-" : entry.key)  \(kind)\n")
        }
        let problems = entries.flatMap(\.problems)
        if !problems.isEmpty { throw UsageError(problems.joined(separator: "\nerror: ")) }
    }
}

struct AuthoriseKeys: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "authorise", abstract: "Add public keys to a coordinator's list of clients.",
        discussion: """
            Each line of the list is a name and a public key; a line that begins with # is a \
            comment. To remove a client, delete its line. A coordinator reads the list when it \
            starts.
            """)

    @Argument(help: "The list of clients; it is made if there is none.")
    var list: String

    @Argument(help: "Public key files. The name of a client is that of its file.")
    var files: [String]

    @Option(help: "Another name for the client; with one file only.")
    var name: String?

    func validate() throws {
        if name != nil, files.count > 1 {
            throw ValidationError(
                "--name: expected one key file, found \(files.count); leave --name out")
        }
    }

    func run() throws {
        let clients = try files.map { path in
            (name: name ?? Self.name(of: path), key: try KeyFiles.publicKey(path))
        }
        let added = try KeyFiles.authorise(clients, in: list)
        for client in clients {
            let isNew = added.contains(client.name)
            writeOutput(
                "\(client.name)  \(client.key)  \(isNew ? "added to" : "is already in")"
                    + " \(list)\n")
        }
    }

    private static func name(of path: String) -> String {
        let file = path.split(separator: "/").last ?? ""
        for ending in [KeyFiles.publicEnding, ".key"] where file.hasSuffix(ending) {
            return String(file.dropLast(ending.count))
        }
        return String(file)
    }
}
