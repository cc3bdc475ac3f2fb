import TestSupport
import Testing

extension `House rules` {
    private static let manifest = Manifest()
    private static let unsafeRooms = ["LinearAlgebra", "Datasets", "Messaging", "Simulation"]
    private static let system = [
        "Swift", "Glibc", "Musl", "Darwin", "Synchronization", "Dispatch", "FoundationEssentials",
    ]

    @Test func `the reader of Package.swift sees every folder`() throws {
        let folders = Set(
            Self.everywhere.map { $0.split(separator: "/").prefix(2).joined(separator: "/") })
        let known = Set(Self.manifest.targets.map(\.folder))
        for folder in folders.subtracting(known).sorted() {
            Self.object("Package.swift", 1, "\(folder) is no target; declare it or remove it")
        }
        let simulation = try #require(Self.manifest.target("Simulation"))
        #expect(simulation.isUnsafe && simulation.dependencies.contains("Messaging"))
        let settings = try #require(Self.manifest.target("Settings"))
        #expect(!settings.isUnsafe && settings.dependencies == ["Bytes", "Yams"])
    }

    @Test func `arrows of dependency point down`() {
        for (index, target) in Self.manifest.targets.enumerated() where !target.isTests {
            for dependency in target.dependencies {
                guard
                    let other = Self.manifest.targets.firstIndex(where: { $0.name == dependency })
                else { continue }
                if other <= index {
                    Self.object(
                        "Package.swift", target.line,
                        "\(target.name) uses \(dependency), which stands above it; turn the arrow")
                }
            }
        }
    }

    @Test func `rooms import what they declare`() {
        let pattern =
            /^\s*(?:@\w+ )?(?:(?:public|package|internal|private|fileprivate) )?import (?:struct |func |enum |class )?(\w+)/
        for target in Self.manifest.targets {
            // TestSupport is behind every folder of tests.
            let allowed =
                target.dependencies + Self.system
                + (target.isTests ? ["Testing", "Foundation", "FoundationXML", "TestSupport"] : [])
            for path in SourceTree.files(in: target.folder, endings: ["swift"]) {
                for (index, line) in Self.code(path).lines.enumerated() {
                    guard let name = line.prefixMatch(of: pattern)?.1,
                        !allowed.contains(String(name))
                    else { continue }
                    Self.object(
                        path, index + 1,
                        "imports \(name), which Package.swift does not give to \(target.name)")
                }
            }
        }
    }

    @Test func `unsafe code has its rooms`() {
        let manifest = Self.manifest
        #expect(
            manifest.text.contains("(unsafe ? [] : [.strictMemorySafety()])"),
            "Package.swift: rooms are not strict about memory any more")
        for target in manifest.targets where target.isUnsafe {
            if !Self.unsafeRooms.contains(target.name) {
                Self.object(
                    "Package.swift", target.line,
                    "\(target.name) is no room of unsafe code; these are:"
                        + " \(Self.unsafeRooms.joined(separator: ", "))")
            }
        }
        for target in manifest.targets where !target.isUnsafe && !target.isTests {
            Self.forbid(
                /\bUnsafe(Mutable)?(Raw)?(Buffer)?Pointer\b|\bwithUnsafe|\bunsafeBitCast\b/,
                in: SourceTree.files(in: target.folder, endings: ["swift"]),
                "unsafe code outside its rooms; use Span, or move it into LinearAlgebra")
        }
    }
}
