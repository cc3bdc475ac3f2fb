import Foundation

/// A file of numbers that an independent implementation computed; see Tests/Oracles/README.md.
package struct Oracle: CustomStringConvertible, Sendable {
    /// Where the file is.
    package let path: String
    private let root: Node

    /// A JSON value that tests can pass around.
    package indirect enum Node: Sendable {
        case object([String: Node])
        case list([Node])
        case number(Double)
        case text(String)
        case nothing

        init(_ json: Any) {
            switch json {
            case let object as [String: Any]: self = .object(object.mapValues { Node($0) })
            case let list as [Any]: self = .list(list.map { Node($0) })
            case let number as NSNumber: self = .number(number.doubleValue)
            case let text as String: self = .text(text)
            default: self = .nothing
            }
        }

        /// A member of an object; nothing where there is none.
        package subscript(_ key: String) -> Node {
            if case .object(let object) = self { object[key] ?? .nothing } else { .nothing }
        }

        /// The names of an object's members; none of anything else.
        package var keys: Set<String> {
            if case .object(let object) = self { Set(object.keys) } else { [] }
        }
        /// The elements of a list; none of anything else.
        package var list: [Node] { if case .list(let list) = self { list } else { [] } }
        /// All numbers inside, row-major.
        package var numbers: [Double] {
            switch self {
            case .number(let number): [number]
            case .list(let list): list.flatMap(\.numbers)
            default: []
            }
        }
        /// The number; NaN of anything else, so that no comparison with it succeeds.
        package var number: Double { if case .number(let number) = self { number } else { .nan } }
        /// The text; empty of anything else.
        package var text: String { if case .text(let text) = self { text } else { "" } }
    }

    /// Reads a file.
    package init(path: String) throws {
        self.path = path
        let data = try Data(contentsOf: URL(fileURLWithPath: path))
        root = Node(try JSONSerialization.jsonObject(with: data))
    }

    /// The file's name without its ending.
    package var description: String {
        URL(fileURLWithPath: path).deletingPathExtension().lastPathComponent
    }

    /// A member of the file.
    package subscript(_ key: String) -> Node { root[key] }
}
