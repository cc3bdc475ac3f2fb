import TestSupport

/// What Package.swift says about each target.
struct Manifest {
    /// A target: a room, a folder of tests or of C.
    struct Target {
        let name: String
        let dependencies: [String]
        let isUnsafe: Bool
        /// Of its declaration in Package.swift, from 1.
        let line: Int
        let isTests: Bool
        /// Where its files are.
        var folder: String { "\(isTests ? "Tests" : "Sources")/\(name)" }
    }

    let text: String
    let targets: [Target]

    init() {
        text = SourceTree.text(of: "Package.swift") ?? ""
        let declaration = /(\.executableTarget|\.target|\.systemLibrary|room|tests)\(/
        var targets: [Target] = []
        for match in text.matches(of: declaration) {
            let body = Self.parenthesised(text[match.range.upperBound...])
            guard let name = body.firstMatch(of: /"(\w+)"/) else { continue }
            targets.append(
                Target(
                    name: String(name.1), dependencies: Self.dependencies(body),
                    isUnsafe: body.contains("unsafe: true"),
                    line: text[..<match.range.lowerBound].count { $0 == "\n" } + 1,
                    isTests: match.1 == "tests" || body.contains("path: \"Tests/")))
        }
        self.targets = targets
    }

    /// The target of a name.
    func target(_ name: String) -> Target? { targets.first { $0.name == name } }

    private static func parenthesised(_ text: Substring) -> Substring {
        var depth = 1
        for index in text.indices {
            if text[index] == "(" { depth += 1 }
            if text[index] == ")" { depth -= 1 }
            if depth == 0 { return text[..<index] }
        }
        return text
    }

    private static func dependencies(_ body: Substring) -> [String] {
        guard let list = body.firstMatch(of: /(uses|dependencies): \[([^\]]*)\]/) else { return [] }
        let names = list.2.matches(of: /"(\w+)"/).map { String($0.1) }
        // Products of other packages are constants of Package.swift.
        let known = [
            "arguments": "ArgumentParser", "real": "RealModule", "sockets": "FlyingSocks",
            "yaml": "Yams",
        ]
        let products = known.filter {
            list.2.split(whereSeparator: { !$0.isLetter }).contains(Substring($0.key))
                && !names.contains($0.key)
        }
        return names + products.values.sorted()
    }
}
