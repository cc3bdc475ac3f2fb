import Bytes

extension Dataset {
    /// Checks the numbers that are used as indices, and numbers that would make a loss invalid.
    ///
    /// The checks of the header keep every block inside the file. Blocks start at multiples of 64,
    /// so all loads are aligned.
    static func check(_ header: DatasetHeader, _ file: MappedFile) throws(BytesError) {
        let form = header.form
        for part in [header.train, header.test] {
            if form.classes > 0 {
                try check(file, part.targets, below: Int32(form.classes), "label")
            } else {
                let bad = file.withBytes { bytes in
                    numbers(bytes, part.targets, Float.self).first { !$0.isFinite }
                }
                if let bad { throw .invalid(mismatch("finite targets", "\(bad)")) }
            }
            if form.element == .symbol, form.vocabulary < DatasetHeader.maximumVocabulary {
                try check(file, part.features, below: UInt8(form.vocabulary), "symbol")
            }
            if form.element == .wideSymbol {
                try check(file, part.features, below: Int32(form.vocabulary), "symbol")
            }
        }
        if form.owners > 0 {
            try check(file, header.owners, below: Int32(form.owners), "owner")
        }
    }

    private static func check<T: FixedWidthInteger & BitwiseCopyable>(
        _ file: MappedFile, _ block: Range<Int>, below limit: T, _ name: String
    ) throws(BytesError) {
        let bad = file.withBytes { bytes in
            numbers(bytes, block, T.self).first { $0 < 0 || $0 >= limit }
        }
        if let bad { throw .invalid(mismatch("\(name)s from 0 to \(limit - 1)", "\(bad)")) }
    }

    private static func numbers<T: BitwiseCopyable>(
        _ bytes: UnsafeRawBufferPointer, _ block: Range<Int>, _ type: T.Type
    ) -> UnsafeBufferPointer<T> {
        UnsafeRawBufferPointer(rebasing: bytes[block]).bindMemory(to: T.self)
    }

    /// The strings of a data set's file.
    struct Names {
        /// The kind of the owners; nil if samples have no owners.
        var ownerKind: String?
        var owners: [String] = []
        /// Nil if the classes have no names.
        var classes: [String]?
        var notes: [DataNote] = []
    }

    static func names(_ header: DatasetHeader, _ file: MappedFile) throws(BytesError) -> Names {
        let names = file.withBytes { bytes -> [String?] in
            bytes[header.names].split(separator: 0, omittingEmptySubsequences: false).map {
                String(validating: $0, as: UTF8.self)
            }
        }
        // Behind the last zero there is one more, empty piece.
        let form = header.form
        let known = (form.owners > 0 ? form.owners + 1 : 0) + form.classNames
        let sound = names.compactMap { $0 }
        guard sound.count == names.count, sound.last == "", sound.count > known,
            (sound.count - 1 - known) % DataNote.fieldCount == 0
        else { throw .invalid(mismatch("the names of owners and classes", "other texts")) }
        var result = Names()
        var rest = sound.dropLast()
        if form.owners > 0 {
            result.ownerKind = rest.removeFirst()
            result.owners = Array(rest.prefix(form.owners))
            rest = rest.dropFirst(form.owners)
        }
        if form.classNames > 0 {
            result.classes = Array(rest.prefix(form.classNames))
            rest = rest.dropFirst(form.classNames)
        }
        while !rest.isEmpty {
            guard let note = DataNote(fields: rest.prefix(DataNote.fieldCount)) else {
                throw .invalid(mismatch("a note", "other texts"))
            }
            result.notes.append(note)
            rest = rest.dropFirst(DataNote.fieldCount)
        }
        return result
    }
}
