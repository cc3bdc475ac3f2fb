/// A list that a test goes through has no elements: the loop would test nothing.
package struct NothingToTest: Error, CustomStringConvertible {
    package let description: String
}

/// The same list, which must have elements.
///
/// - Throws: `NothingToTest` if it has none.
package func nonEmpty<List: Collection>(
    _ list: List, file: StaticString = #fileID, line: UInt = #line
) throws -> List {
    if list.isEmpty {
        throw NothingToTest(description: "\(file):\(line): expected elements to test, found none")
    }
    return list
}
