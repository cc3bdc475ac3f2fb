// swift-tools-version: 6.2
//
// The table of contents. Each line is a room and what it may use; arrows of dependency point down
// only, and the compiler holds them.
import Foundation
import PackageDescription

// What no room may do: mention a type of another module without importing it, re-export by
// accident, hide an existential.
let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
]

// `make fuzz` names the library of libFuzzer; then all rooms count which code an input reaches.
let fuzzer = ProcessInfo.processInfo.environment["HYPERFED_FUZZER"] ?? ""
let coverage: [SwiftSetting] =
    fuzzer.isEmpty
    ? [] : [.unsafeFlags(["-sanitize-coverage=edge,inline-8bit-counters,pc-table"])]

// Unsafe code lives in four rooms: LinearAlgebra, Datasets, Messaging and Simulation.
func room(
    _ name: String, uses: [Target.Dependency] = [], unsafe: Bool = false
) -> Target {
    .target(
        name: name, dependencies: uses,
        swiftSettings: strict + coverage + (unsafe ? [] : [.strictMemorySafety()]))
}

func tests(_ name: String, uses: [Target.Dependency]) -> Target {
    .testTarget(name: name, dependencies: uses + ["TestSupport"], swiftSettings: strict)
}

let arguments: Target.Dependency = .product(
    name: "ArgumentParser", package: "swift-argument-parser")
let yaml: Target.Dependency = .product(name: "Yams", package: "Yams")
let real: Target.Dependency = .product(name: "RealModule", package: "swift-numerics")
let sockets: Target.Dependency = .product(name: "FlyingSocks", package: "FlyingFox")

// The program of `make fuzz`. No other build has it.
let fuzzing = Target.executableTarget(
    name: "Fuzzing", dependencies: ["FuzzTargets"], path: "Tests/Fuzzing", swiftSettings: strict,
    linkerSettings: [.unsafeFlags([fuzzer, "-lstdc++"])])

let package = Package(
    name: "hyperfed",
    products: [.executable(name: "hyperfed", targets: ["hyperfed"])],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-numerics", from: "1.1.1"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/swhitty/FlyingFox", from: "0.27.1"),
    ],
    targets: [
        .executableTarget(
            name: "hyperfed",
            dependencies: [
                "Benchmarks", "Report", "Simulation", "Launchers", "Reporting", "Charts",
                "Scenarios", "Federation",
                "ServerRules",
                "ClientRules", "TowerRules", "LearningRates", "Models", "LinearAlgebra", "Datasets",
                "Settings", "Messaging", "Watch", arguments,
            ],
            swiftSettings: strict,
            // The linker's digest of the program: by it two builds are told apart.
            linkerSettings: [.unsafeFlags(["-Xlinker", "--build-id=sha1"])]),
        room(
            "Benchmarks",
            uses: [
                "Report", "Simulation", "Scenarios", "Reporting", "Federation", "ClientRules",
                "LearningRates", "Models", "LinearAlgebra", "Datasets", "Settings",
                "Statistics", "RandomStreams", "CSystem",
            ]),
        room(
            "Report",
            uses: [
                "Simulation", "Scenarios", "Reporting", "Charts", "Statistics", "Settings", "Bytes",
                real,
            ]),
        room(
            "Simulation",
            uses: [
                "Scenarios", "Launchers", "Messaging", "Reporting", "Charts", "Federation",
                "ClientRules", "LearningRates", "Models", "Datasets", "LinearAlgebra", "Settings",
                "Statistics", "RandomStreams", "Bytes", "CSystem", "EventFiles",
            ], unsafe: true),
        // Programs that start processes on several machines: their options and scripts, as values.
        room("Launchers", uses: ["Settings"]),
        room(
            "Scenarios",
            uses: [
                "Federation", "ServerRules", "ClientRules", "LearningRates", "Models", "Datasets",
                "Settings", "RandomStreams", real,
            ]),
        room(
            "Reporting",
            uses: [
                "Charts", "Federation", "LearningRates", "Settings", "Statistics", "Bytes", real,
            ]),
        room("EventFiles"),
        room(
            "Messaging", uses: ["Federation", "Bytes", "CZeroMQ", "CXXHash", "CSystem"],
            unsafe: true),
        room(
            "Federation",
            uses: [
                "LearningRates", "Models", "Datasets", "LinearAlgebra", "Settings", "RandomStreams",
                "Bytes", real,
            ]),
        // Rules are rooms of their own: a change of a rule compiles no step and no optimizer again.
        room(
            "ServerRules",
            uses: ["ClientRules", "TowerRules", "LearningRates", "Settings", "Bytes", real]),
        room(
            "ClientRules",
            uses: [
                "TowerRules", "UnrolledRules", "LearningRates", "LinearAlgebra", "Settings",
                "Bytes", real,
            ]),
        room("TowerRules", uses: ["LearningRates", "LinearAlgebra", "Settings", "Bytes", real]),
        room("UnrolledRules", uses: ["LearningRates", "LinearAlgebra", "Settings", "Bytes", real]),
        room("LearningRates", uses: ["LinearAlgebra", "Settings", "RandomStreams", "Bytes", real]),
        room("Models", uses: ["LinearAlgebra", "RandomStreams", "Settings", "Bytes"]),
        room(
            "Datasets",
            uses: [
                "RandomStreams", "Settings", "Bytes", "CZlib", "CKernels", "CDigits", "CImages",
                "CSystem", real,
            ], unsafe: true),
        room("LinearAlgebra", uses: ["CKernels"], unsafe: true),
        room("Charts", uses: ["Bytes", "CZlib", real]),
        room("Settings", uses: ["Bytes", yaml]),
        // The server of `hyperfed watch`; it gets the report as a function.
        room("Watch", uses: ["Bytes", sockets]),
        room("Statistics", uses: ["RandomStreams", real]),
        room("RandomStreams", uses: [real]),
        room("Bytes", uses: ["CDigest"]),

        // C: module maps, and the few kernels and system calls that Swift cannot reach.
        .systemLibrary(name: "CZeroMQ"),
        .systemLibrary(name: "CXXHash"),
        .systemLibrary(name: "CZlib"),
        // -O3 also in debug builds: at -O0 these loops were measured 250 times slower. A root that sets
        // errno is a call, and no loop with a call becomes vectors; no one here reads errno. A product and
        // a sum of one expression are fused, and no others: so all machines compute the same bits.
        .target(
            name: "CKernels",
            cSettings: [.unsafeFlags(["-O3", "-fno-math-errno", "-ffp-contract=on"])]),
        .target(name: "CSystem"),
        // Pictures by libpng and libjpeg-turbo.
        .target(
            name: "CImages", linkerSettings: [.linkedLibrary("png"), .linkedLibrary("jpeg")]),
        .target(name: "CDigest", linkerSettings: [.linkedLibrary("sodium")]),
        // The built-in digits: #embed puts the packed file into the program.
        .target(
            name: "CDigits", exclude: ["digits.csv.gz"], cSettings: [.unsafeFlags(["-std=c23"])]),

        .target(
            name: "TestSupport", dependencies: ["Bytes"], path: "Tests/TestSupport",
            swiftSettings: strict),
        // Readers of bytes for `make fuzz` and FuzzTests.
        .target(
            name: "FuzzTargets",
            dependencies: [
                "Report", "Simulation", "Scenarios", "Messaging", "Datasets", "LinearAlgebra",
                "RandomStreams", "Bytes", "TestSupport",
            ], path: "Tests/FuzzTargets", swiftSettings: strict),
        tests("FuzzTests", uses: ["FuzzTargets"]),
        .target(name: "AllocationCount", path: "Tests/AllocationCount"),
        tests("BytesTests", uses: ["Bytes"]),
        tests("EventFilesTests", uses: ["EventFiles"]),
        tests("RandomStreamsTests", uses: ["RandomStreams", real]),
        tests("StatisticsTests", uses: ["Statistics"]),
        tests("SettingsTests", uses: ["Settings"]),
        tests("LaunchersTests", uses: ["Launchers", "Settings"]),
        tests("ChartsTests", uses: ["Charts", "Bytes", real]),
        tests("DatasetsTests", uses: ["Datasets", "Settings", "RandomStreams", "Bytes"]),
        tests("MessagingTests", uses: ["Messaging", "Federation", "Bytes"]),
        tests("LinearAlgebraTests", uses: ["LinearAlgebra"]),
        tests("ModelsTests", uses: ["Models", "LinearAlgebra", "Settings"]),
        tests(
            "LearningRatesTests",
            uses: [
                "ServerRules", "ClientRules", "LearningRates", "Models", "LinearAlgebra",
                "Settings", "RandomStreams", "Bytes",
            ]),
        tests(
            "FederationTests",
            uses: [
                "Federation", "ServerRules", "ClientRules", "LearningRates", "Models", "Datasets",
                "LinearAlgebra", "Settings", "Bytes",
                "RandomStreams", "AllocationCount",
            ]),
        tests("ReportTests", uses: ["Report", "Simulation", "Reporting", "Bytes"]),
        tests(
            "ReportingTests",
            uses: ["Reporting", "Charts", "Statistics", "Federation", "LearningRates"]),
        tests(
            "ScenariosTests",
            uses: [
                "Scenarios", "Settings", "Federation", "ServerRules", "ClientRules", "TowerRules",
                "LearningRates", "Models", "Datasets",
            ]),
        tests(
            "SimulationTests",
            uses: [
                "Simulation", "Scenarios", "Reporting", "Federation", "ServerRules", "ClientRules",
                "LearningRates", "Messaging", "Datasets", "Models", "RandomStreams", "Settings",
                "Bytes", "CSystem", "EventFiles",
            ]),
        // Real processes: the executable is built with the tests.
        tests(
            "SystemTests",
            uses: ["hyperfed", "ClientRules", "LearningRates", "Messaging", "Watch", "Bytes"]),
        tests("HouseTests", uses: []),
    ] + (fuzzer.isEmpty ? [] : [fuzzing])
)
