/// The owners of a table's training rows, by a column that says whose a row is.
struct CSVOwners {
    let owners: DecodedDataset.Owners
    /// What its user should know of them.
    private(set) var notes: [DataNote] = []

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
                    "\(name) says that all \(texts.count.grouped) rows are "
                        + "\(CSVTable.quoted(texts[0]))'s, which makes one client of them; is it "
                        + "the column that data.dataset.client should name?"))
        } else if count == texts.count, count >= 10 {
            notes.append(
                DataNote(
                    "a client per row", table.path,
                    "\(name) has another value in each of \(count.grouped) rows, which makes a "
                        + "client of each; is it the column that data.dataset.client should name?"))
        }
        for (one, other) in CSVNames(texts).lookalikes.prefix(3) {
            notes.append(
                DataNote(
                    "spelling of clients", table.path,
                    "the clients '\(one)' and '\(other)' in \(name) differ only in how they are "
                        + "written, and are two; write them alike if they are one"))
        }
    }
}
