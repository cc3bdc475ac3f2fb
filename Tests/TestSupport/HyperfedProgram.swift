import Foundation

/// The executable `hyperfed`, as it was built together with the tests.
package enum HyperfedProgram {
    /// Something that a test can't go on without.
    package struct Trouble: Error, CustomStringConvertible {
        package let description: String
    }

    /// How a program ended and what it said.
    package struct Ending: Sendable {
        /// The exit code; 128 + the signal's number if a signal ended it.
        package let exitCode: Int32
        /// Everything that it wrote to standard output.
        package let output: String
        /// Everything that it wrote to standard error.
        package let errors: String
        /// The children that it was seen to have, if somebody looked.
        package let children: Set<Int32>
    }

    /// Where the executable is: beside the bundle of tests.
    package static func path() throws -> String {
        let tests = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        var candidates = [tests] + CommandLine.arguments
        candidates = candidates.map {
            URL(fileURLWithPath: $0).deletingLastPathComponent().appending(path: "hyperfed").path
        }
        if let path = candidates.first(where: FileManager.default.isExecutableFile(atPath:)) {
            return path
        }
        throw Trouble(description: "no executable at \(candidates[0]); build it with the tests")
    }

    /// One cache for all tests of this process: data sets are decoded once.
    private static let cache = Result { try TemporaryFolder() }

    /// Runs the program to its end.
    ///
    /// - Parameters:
    ///   - folder: its working folder.
    ///   - seconds: after so many it is killed, and this throws.
    ///   - watchesChildren: look for children all the time.
    ///   - environment: changes of the environment.
    package static func run(
        _ arguments: [String], in folder: TemporaryFolder, seconds: Double = 60,
        watchesChildren: Bool = false, environment: [String: String] = [:]
    ) throws -> Ending {
        try start(arguments, in: folder, environment: environment)
            .end(within: seconds, watchesChildren: watchesChildren)
    }

    /// Starts the program and leaves it running.
    package static func start(
        _ arguments: [String], in folder: TemporaryFolder, environment: [String: String] = [:]
    ) throws -> RunningProgram {
        try RunningProgram(
            try path(), arguments, in: folder,
            environment: ["HYPERFED_CACHE": cache.get().path].merging(environment) { $1 })
    }
}
