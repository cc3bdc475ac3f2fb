/// Returns the header line of a CSV file with these columns, without its line end.
public func csvHeader<Row>(_ columns: [Column<Row>]) -> String {
    columns.map { Cell.text($0.name).text(missing: .empty) }.joined(separator: ",")
}

/// Returns the line of a row, without its line end.
///
/// - Parameter missing: what stands where a number is missing.
public func csvLine<Row>(
    _ columns: [Column<Row>], _ row: Row, missing: MissingNumber = .empty
) -> String {
    columns.map { $0.text(row, missing) }.joined(separator: ",")
}

/// Returns the lines of a whole table, each with its line end, the header first.
///
/// - Parameter missing: what stands where a number is missing. With `auto` it is `NaN` in columns
///   that have no number in the first 100 rows.
public func csvTable<Row>(
    _ columns: [Column<Row>], _ rows: [Row], missing: MissingNumber
) -> String {
    let first = rows.prefix(100)
    let columns = columns.map { column in
        column.sparse(if: !first.isEmpty && first.allSatisfy { column.value($0).isMissingNumber })
    }
    return ([csvHeader(columns)] + rows.map { csvLine(columns, $0, missing: missing) })
        .map { $0 + "\n" }.joined()
}

/// Returns the text of a cell from its bytes in a file (RFC 4180): without the quotes around it.
public func csvText(ofCell cell: ArraySlice<UInt8>) -> String {
    let quote = UInt8(ascii: "\"")
    guard cell.first == quote, cell.last == quote, cell.count > 1 else {
        return String(decoding: cell, as: UTF8.self)
    }
    var out: [UInt8] = []
    var wasQuote = false
    for byte in cell.dropFirst().dropLast() {
        // Two quotes stand for one.
        wasQuote = byte == quote && !wasQuote
        if !wasQuote { out.append(byte) }
    }
    return String(decoding: out, as: UTF8.self)
}
