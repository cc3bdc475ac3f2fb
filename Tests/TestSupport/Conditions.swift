import Foundation
package import Testing

extension Trait where Self == ConditionTrait {
    /// Left out where the environment has `HYPERFED_TESTS=fast`.
    ///
    /// For tests that take a second or more in a release build. `swift test` has no filter for tags
    /// yet, so a condition is what a fast run can do.
    package static var slow: Self {
        .enabled(if: !isFastRun, "slow tests are left out by HYPERFED_TESTS=fast")
    }

    /// Left out in a debug build.
    ///
    /// - Parameter reason: what is different there.
    package static func release(_ reason: Comment) -> Self {
        .enabled(if: !isDebugBuild, "only in a release build: \(reason.rawValue)")
    }
}

private let extent = ProcessInfo.processInfo.environment["HYPERFED_TESTS"]
private let isFastRun = extent == "fast"

/// Whether tests of random faults run in full length, with `HYPERFED_TESTS=all`.
package let isWholeRun = extent == "all"

/// Whether the tests and the program were built without optimisation.
package var isDebugBuild: Bool {
    #if DEBUG
        true
    #else
        false
    #endif
}
