import Settings

/// The owners of a table's training rows, from a column that names them.
struct CSVOwners {
    let owners: DecodedDataset.Owners
    /// Warnings for the user about the owners.
    private(set) var notes: [DataNote] = []

    /// Reads a column that names the owners.
    init(_ train: CSVPart, _ column: Int, keepsWords: Bool) throws(DataError) {
        let texts = try train.categories(column, "client", keepsWords: keepsWords)
        let categories = Categories(texts, areSpellingsDistinct: true)
        let table = train.table
        owners = DecodedDataset.Owners(
            kind: "values in column '\(table.names?[column] ?? "\(column)")'",
            names: categories.names, ofTrain: texts.map { categories.number(of: $0) ?? 0 })
        let (name, count) = (table.name(column), categories.names.count)
        if count == 1, texts.count > 1 {
            notes.append(
                DataNote(
                    "one client", table.path,
                    "\(name): "
                        + mismatch(
                            "several clients",
                            "\(CSVTable.quoted(texts[0])) in all \(texts.count.grouped) rows",
                            "they make one client; check the column in data.dataset.client")))
        } else if count == texts.count, count >= 10 {
            notes.append(
                DataNote(
                    "a client per row", table.path,
                    "\(name): "
                        + mismatch(
                            "several rows for each client",
                            "another value in each of \(count.grouped) rows",
                            "each row makes a client; check the column in data.dataset.client")))
        }
        for (one, other) in CSVNames(texts).lookalikes.prefix(3) {
            notes.append(
                DataNote(
                    "spelling of clients", table.path,
                    "\(name): "
                        + mismatch(
                            "one spelling of each client", "'\(one)' and '\(other)'",
                            "they are two clients; write them alike if they are one")))
        }
    }
}
