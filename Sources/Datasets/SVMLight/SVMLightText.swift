import Bytes
import Settings

/// The rows of a text in the format of SVMlight and LIBSVM, as sparse rows.
///
///     label [qid:query] column:value column:value ... # comment
///
/// Columns ascend in a row; those that a row does not have are 0. Blanks and empty lines do not
/// count.
///
/// - Sources: the pages of SVMlight (Joachims) and the README of LIBSVM.
package struct SVMLightText {
    /// The path of the file, or the pattern of all files.
    var path: String
    var files: FilesOfRows
    var labels: [Double] = []
    /// The line of each row in its file, from 1.
    var lines: [Int32] = []
    /// The end of each row in `columns` and `values`.
    var ends: [Int] = []
    /// The columns as the file counts them.
    var columns: [UInt32] = []
    var values: [Float] = []
    /// The query of each row; empty if there are none.
    var queries: [Int] = []
    /// The smallest and the largest column, with their rows; nil if no row has a value.
    var range: (smallest: Int, smallestRow: Int, largest: Int, largestRow: Int)?

    var rowCount: Int { labels.count }

    private static let largestColumn = DatasetHeader.maximumFeatures

    /// Reads a whole text.
    ///
    /// - Throws: `DataError` with line and column of the first mistake.
    package init(_ bytes: [UInt8], path: String) throws(DataError) {
        if let kind = FileKind.foreign(bytes), !kind.isSVMLight {
            throw .damaged(path: path, reason: kind.refusal(expected: "LIBSVM text"))
        }
        self.path = path
        files = FilesOfRows(path)
        // Old programs end lines by a carriage return alone, which is a blank in other texts.
        let endsByReturn = bytes.contains(0x0D) && !bytes.contains(0x0A)
        let bytes = endsByReturn ? bytes.map { $0 == 0x0D ? 0x0A : $0 } : bytes
        let failure = bytes.withUnsafeBufferPointer { bytes -> DataError? in
            do throws(DataError) {
                try read(bytes)
                return nil
            } catch {
                return error
            }
        }
        if let failure { throw failure }
        guard rowCount > 0 else {
            throw .damaged(
                path: path,
                reason: mismatch(
                    "rows 'label column:value ...'", bytes.isEmpty ? "an empty file" : "no row"))
        }
    }

    private mutating func read(_ bytes: UnsafeBufferPointer<UInt8>) throws(DataError) {
        columns.reserveCapacity(bytes.count / 8)
        values.reserveCapacity(bytes.count / 8)
        var position = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
        var line = 1
        var (smallest, smallestRow, largest, largestRow) = (UInt32.max, 0, UInt32(0), -1)
        while position < bytes.count {
            Self.skipBlanks(bytes, &position)
            guard position < bytes.count else { break }
            if bytes[position] == 0x23 { Self.skipComment(bytes, &position) }
            if position < bytes.count, bytes[position] != 0x0A {
                let first = columns.count
                try readRow(bytes, &position, line)
                if first < columns.count, let last = columns.last {
                    if columns[first] < smallest {
                        (smallest, smallestRow) = (columns[first], rowCount - 1)
                    }
                    if last > largest || largestRow < 0 {
                        (largest, largestRow) = (last, rowCount - 1)
                    }
                }
            }
            position += 1
            line += 1
        }
        if largestRow >= 0 {
            range = (Int(smallest), smallestRow, Int(largest), largestRow)
        }
    }

    /// Reads a row up to the end of its line.
    private mutating func readRow(
        _ bytes: UnsafeBufferPointer<UInt8>, _ position: inout Int, _ line: Int
    ) throws(DataError) {
        guard let label = Self.number(bytes, at: position), Self.isEnd(bytes, label.end) else {
            throw labelProblem(bytes, position)
        }
        let value = label.double(bytes.span)
        guard value.magnitude <= Double(Float.greatestFiniteMagnitude) else {
            throw problem(bytes, position, "a label that float32 can hold")
        }
        guard lines.count < Int(Int32.max), line < Int(Int32.max) else {
            throw problem(bytes, position, "at most \(Int(Int32.max).grouped) rows", found: "more")
        }
        labels.append(value)
        lines.append(Int32(line))
        position = label.end
        Self.skipBlanks(bytes, &position)
        if position < bytes.count, bytes[position] == 0x71 { try readQuery(bytes, &position) }
        guard queries.isEmpty || queries.count == labels.count else {
            throw problem(bytes, position, "qid:number after the label, as in the rows above")
        }
        var last = -1
        while position < bytes.count, bytes[position] != 0x0A {
            if bytes[position] == 0x23 {
                Self.skipComment(bytes, &position)
                break
            }
            last = try readPair(bytes, &position, after: last)
        }
        ends.append(columns.count)
    }

    /// Reads a pair and the blanks behind it, and returns its column.
    @inline(__always)
    private mutating func readPair(
        _ bytes: UnsafeBufferPointer<UInt8>, _ position: inout Int, after last: Int
    ) throws(DataError) -> Int {
        let start = position
        var column = 0
        while position < bytes.count, bytes[position] &- 0x30 < 10, column <= Self.largestColumn {
            column = column &* 10 &+ Int(bytes[position] &- 0x30)
            position += 1
        }
        guard position > start, position < bytes.count, bytes[position] == 0x3A else {
            throw pairProblem(bytes, start)
        }
        guard column <= Self.largestColumn else {
            throw columnProblem(bytes, start)
        }
        guard column > last else {
            throw problem(
                bytes, start, "columns that ascend in a row",
                found: "\(column) after \(last)", "sort the columns, and write each of them once")
        }
        guard let number = Self.number(bytes, at: position + 1), Self.isEnd(bytes, number.end)
        else {
            throw problem(bytes, position + 1, "a number after '\(column):'")
        }
        let value = number.float(bytes.span)
        guard value.isFinite else {
            throw problem(bytes, position + 1, "a finite float32 number")
        }
        columns.append(UInt32(truncatingIfNeeded: column))
        values.append(value)
        position = number.end
        Self.skipBlanks(bytes, &position)
        return column
    }

    private mutating func readQuery(
        _ bytes: UnsafeBufferPointer<UInt8>, _ position: inout Int
    ) throws(DataError) {
        let start = position
        guard bytes[position...].starts(with: [0x71, 0x69, 0x64, 0x3A]),
            let number = Self.number(bytes, at: position + 4), number.isWhole,
            Self.isEnd(bytes, number.end), number.double(bytes.span).magnitude < 0x1p53
        else { throw problem(bytes, start, "qid: and a whole number") }
        guard queries.count == labels.count - 1 else {
            throw problem(bytes, start, "no qid, as in the rows above")
        }
        queries.append(Int(number.double(bytes.span)))
        position = number.end
        Self.skipBlanks(bytes, &position)
    }
}

// The bytes between pairs, and messages.
extension SVMLightText {
    @inline(__always)
    private static func skipBlanks(_ bytes: UnsafeBufferPointer<UInt8>, _ position: inout Int) {
        while position < bytes.count,
            bytes[position] == 0x20 || bytes[position] == 0x09 || bytes[position] == 0x0D
        {
            position += 1
        }
    }

    private static func skipComment(_ bytes: UnsafeBufferPointer<UInt8>, _ position: inout Int) {
        while position < bytes.count, bytes[position] != 0x0A { position += 1 }
    }

    @inline(__always)
    private static func number(
        _ bytes: UnsafeBufferPointer<UInt8>, at position: Int
    ) -> DecimalNumber? {
        DecimalNumber(bytes.span, at: position, before: bytes.count)
    }

    /// Returns whether a number may end here.
    @inline(__always)
    private static func isEnd(_ bytes: UnsafeBufferPointer<UInt8>, _ position: Int) -> Bool {
        position >= bytes.count || bytes[position] <= 0x20 || bytes[position] == 0x23
    }

    private func problem(
        _ bytes: UnsafeBufferPointer<UInt8>, _ position: Int, _ expected: String,
        found: String? = nil, _ advice: String? = nil
    ) -> DataError {
        TextPlace.problem(
            path, bytes, at: position, expected: expected, found: found, advice)
    }

    private func labelProblem(
        _ bytes: UnsafeBufferPointer<UInt8>, _ position: Int
    ) -> DataError {
        let word = bytes[position...].prefix { $0 > 0x20 }
        if word.contains(0x3A) {
            return problem(bytes, position, "a label before the pairs column:value")
        }
        let advice =
            word.contains(0x2C)
            ? "several labels of one sample are not read; use data.dataset.kind: csv for a table"
            : "write labels as numbers, such as -1 and 1"
        return problem(bytes, position, "a number as the label", advice)
    }

    private func columnProblem(
        _ bytes: UnsafeBufferPointer<UInt8>, _ position: Int
    ) -> DataError {
        problem(
            bytes, position, "a column up to \(Self.largestColumn.grouped)",
            "no data set has more features (data.dataset.features); number the columns that occur "
                + "from 1 on")
    }

    private func pairProblem(
        _ bytes: UnsafeBufferPointer<UInt8>, _ position: Int
    ) -> DataError {
        let word = bytes[position...].prefix { $0 > 0x20 }
        let isColumn = word.prefix { $0 != 0x3A }.allSatisfy { $0 &- 0x30 < 10 }
        if isColumn, word.contains(0x3A) {
            return columnProblem(bytes, position)
        }
        return problem(
            bytes, position, "a pair column:value",
            word.contains(0x3A)
                ? "columns are whole numbers from 0" : "use data.dataset.kind: csv for a table")
    }
}
