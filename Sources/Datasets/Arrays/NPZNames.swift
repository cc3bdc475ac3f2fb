import Settings

/// The names of the arrays of a NumPy archive that are features, targets and clients.
package struct NPZNames: Sendable {
    /// The names in the scenario; empty for those that are found by the usual names.
    package var x = ""
    package var y = ""
    package var testX = ""
    package var testY = ""
    package var client = ""

    package init() {}

    init(_ settings: Settings) {
        x = settings.text(
            "x", default: "",
            "array of the features; if not given x_train, train_images, x, X, data")
        y = settings.text(
            "y", default: "",
            "array of the labels; if not given y_train, train_labels, y, Y, labels, target")
        testX = settings.text(
            "x_test", default: "",
            "array of the test features; if not given x_test, test_images, where there is one")
        testY = settings.text(
            "y_test", default: "",
            "array of the test labels; if not given y_test, test_labels, where there is one")
        client = settings.text(
            "client", default: "",
            "array that says whose a sample is; if not given client_train, client, if there is one"
        )
    }

    /// The usual names: those of Keras' mnist.npz, of MedMNIST, and of examples.
    private static let usual = (
        x: ["x_train", "X_train", "train_images", "x", "X", "data"],
        y: ["y_train", "Y_train", "train_labels", "y", "Y", "labels", "target"],
        testX: ["x_test", "X_test", "test_images"],
        testY: ["y_test", "Y_test", "test_labels"],
        client: ["client_train", "client", "clients"]
    )

    func addFacts(to facts: inout KeyFacts) {
        facts.add("arrays", [x, y, testX, testY, client])
    }

    /// Finds the training arrays of an archive.
    func train(_ archive: NPZArchive) throws(DataError) -> NPZArchive.Part {
        NPZArchive.Part(
            x: try needed("x", x, Self.usual.x, archive),
            y: try needed("y", y, Self.usual.y, archive),
            client: try array("client", client, Self.usual.client, archive))
    }

    /// Finds the test arrays of the archive of the training samples; nil if it has none.
    func test(_ archive: NPZArchive) throws(DataError) -> NPZArchive.Part? {
        let x = try array("x_test", testX, Self.usual.testX, archive)
        let y = try array("y_test", testY, Self.usual.testY, archive)
        guard x != nil || y != nil else { return nil }
        guard let x, let y else {
            throw archive.problem(
                "the test features and the test labels",
                "only \(x ?? y ?? "")", "name both in data.dataset.x_test and y_test")
        }
        return NPZArchive.Part(x: x, y: y, client: nil)
    }

    /// Finds the test arrays of an archive of their own.
    func alone(_ archive: NPZArchive) throws(DataError) -> NPZArchive.Part {
        if let part = try test(archive) { return part }
        return NPZArchive.Part(
            x: try needed("x", x, Self.usual.x, archive),
            y: try needed("y", y, Self.usual.y, archive), client: nil)
    }

    private func needed(
        _ key: String, _ given: String, _ usual: [String], _ archive: NPZArchive
    ) throws(DataError) -> String {
        if let name = try array(key, given, usual, archive) { return name }
        throw archive.problem(
            "an array \(usual.joined(separator: ", "))", listed(archive.names),
            "name the array in data.dataset.\(key)")
    }

    private func array(
        _ key: String, _ given: String, _ usual: [String], _ archive: NPZArchive
    ) throws(DataError) -> String? {
        if given.isEmpty { return usual.first(where: archive.names.contains) }
        guard archive.names.contains(given) else {
            throw archive.problem(
                "the array '\(given)' (data.dataset.\(key))", listed(archive.names))
        }
        return given
    }
}

/// The arrays of a NumPy archive (.npz), a zip archive of `.npy` files.
struct NPZArchive {
    /// The names of the arrays of one part.
    struct Part {
        let x: String
        let y: String
        /// The array of the owners; nil if there is none.
        let client: String?
    }

    private let archive: ZipArchive
    /// The names of the arrays, in the order of the archive.
    let names: [String]

    init(path: String) throws(DataError) {
        // The first bytes of other formats say more than the lack of a list of files.
        let start = try MappedFile(path: path).prefix(512)
        if !start.isEmpty, !start.starts(with: [0x50, 0x4B]), let kind = FileKind.foreign(start) {
            throw .damaged(path: path, reason: kind.refusal(expected: "a NumPy archive (.npz)"))
        }
        archive = try ZipArchive(path: path)
        names = archive.members.filter { $0.name.hasSuffix(".npy") }
            .map { String($0.name.dropLast(4)) }
        guard !names.isEmpty else {
            throw .damaged(
                path: path,
                reason: mismatch(
                    "a NumPy archive (.npz) with arrays", "a zip archive without any",
                    "write it with numpy.savez(file, x=..., y=...)"))
        }
        guard Set(names).count == names.count else {
            throw .damaged(
                path: path,
                reason: mismatch("arrays with different names", "one name twice"))
        }
    }

    /// Reads an array. The name is one of `names`.
    func array(_ name: String) throws(DataError) -> NPYArray {
        guard let member = archive.members.first(where: { $0.name == "\(name).npy" }) else {
            throw problem("the array '\(name)'", "no such array")
        }
        let place = "\(archive.path), array \(withoutControls(name, "?"))"
        // A header that does not fit the size is refused before the rest is unpacked.
        _ = try NPYHeader(
            archive.firstBytes(of: member, most: 1 << 17), of: member.count, place: place)
        return try NPYArray(archive.bytes(of: member), place: place)
    }

    func problem(_ expected: String, _ found: String, _ advice: String? = nil) -> DataError {
        .damaged(path: archive.path, reason: mismatch(expected, found, advice))
    }
}
