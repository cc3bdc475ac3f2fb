import TestSupport
import Testing

extension `House rules` {
    @Test func `nothing ends the program or hides a failure`() {
        Self.forbid(
            /\bfatalError\(/, in: Self.everywhere,
            "fatalError; throw for what input, peers or the system cause, else precondition")
        Self.forbid(/\btry!/, in: Self.everywhere, "try!; throw on, or catch and say what failed")
        Self.forbid(/\bas!/, in: Self.everywhere, "as!; use 'as?' and say what else came")
    }

    @Test func `nothing unfinished lands`() {
        // Also in comments.
        let words = ["TO" + "DO", "FIX" + "ME", "XX" + "X:"]
        for path in Self.everywhere + Self.c {
            let lines = (SourceTree.text(of: path) ?? "").split(
                separator: "\n", omittingEmptySubsequences: false)
            for (index, line) in lines.enumerated() where words.contains(where: line.contains) {
                Self.object(path, index + 1, "unfinished; finish it, or write an issue")
            }
        }
    }

    /// Run ids and incarnations must differ between runs, and nobody may guess the address of a
    /// page that is served; nothing else may differ.
    private static let roomsOfChance = [
        "Sources/Simulation/Worlds/WorldRun.swift",
        "Sources/Simulation/Clients/ClientProcess.swift",
        "Sources/Watch/AccessToken.swift",
    ]

    @Test func `chance comes from keys`() {
        let instead = "chance without a key; make a stream from RandomKey(seed, purpose, …)"
        for pattern in [
            /\bSystemRandomNumberGenerator\b/, /\.shuffled\(\)/, /\.randomElement\(\)/,
            /\barc4random|\bdrand48\b|\brand\(\)/,
        ] {
            Self.forbid(pattern, in: Self.everywhere, instead)
        }
        Self.forbid(/\.random\(/, in: Self.sources, except: Self.roomsOfChance, instead)
        // A test may use the standard library's distributions, if it names its generator.
        Self.forbid(/\.random\((?!.*using: )/, in: Self.tests, instead)
    }

    @Test func `time does not reach results`() {
        Self.forbid(
            /\bDate\(\)/, in: Self.everywhere,
            "the wall clock; results see rounds or simulated seconds, reports use utcTime()")
    }

    @Test func `client processes start without Foundation`() {
        Self.forbid(
            /^\s*(\w+ )?import (Foundation|FoundationNetworking)\b/, in: Self.sources,
            "Foundation costs each client process 8 ms and 0.8 MB; use Glibc or Files")
    }

    @Test func `the project names no machine of its makers`() {
        let documents =
            SourceTree.files(in: "Scenarios") + SourceTree.files(in: "README.md")
            + SourceTree.files(in: "Makefile") + SourceTree.files(in: "Scripts")
        for path in Self.everywhere + Self.c + documents + ["Package.swift"] {
            check(path, for: "/wor" + "k/", "a path of one machine; make it relative")
        }
        // The folder for short-lived files of the system, where nothing better is there.
        let usesTemporaryFolder = [
            "Sources/Datasets/Cache/DataCache.swift",
            "Sources/Simulation/System/PrivateFolder.swift",
            // An example in its help.
            "Sources/hyperfed/Client.swift",
        ]
        for path in Self.sources + Self.c where !usesTemporaryFolder.contains(path) {
            check(path, for: "/tmp" + "/", "a fixed temporary folder; use PrivateFolder")
        }
    }

    private func check(_ path: String, for word: String, _ message: String) {
        let lines = (SourceTree.text(of: path) ?? "").split(
            separator: "\n", omittingEmptySubsequences: false)
        for (index, line) in lines.enumerated() where line.contains(word) {
            Self.object(path, index + 1, message)
        }
    }
}
