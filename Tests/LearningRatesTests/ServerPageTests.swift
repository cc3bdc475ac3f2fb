import Foundation
import LearningRates
import ServerRules
import Settings
import TestSupport
import Testing

/// Documentation/ServerSide.md says in words what the code says in numbers.
@Suite struct `The page on the server's side` {
    /// The cells of each row whose first cell is a kind, by sections.
    private static let sections: [[[String]]] = {
        let page = SourceTree.text(of: "Documentation/ServerSide.md") ?? ""
        return page.components(separatedBy: "\n## ").map { section in
            section.split(separator: "\n").filter { $0.hasPrefix("| `") }.map { line in
                line.dropFirst().dropLast().components(separatedBy: "|").map {
                    $0.trimmingCharacters(in: CharacterSet(charactersIn: " `"))
                }
            }
        }
    }()

    private func rows(_ section: Int) -> [[String]] {
        Self.sections.count > section ? Self.sections[section] : []
    }

    @Test func `has a row for every kind, and no other`() {
        #expect(rows(1).map { $0[0] } == serverSchedulers.map(\.kind), "run 'make pages'")
        #expect(rows(2).map { $0[0] } == serverOptimizers.map(\.kind))
        #expect(rows(3).map { $0[0] } == driftCorrections.map(\.kind))
    }

    @Test func `counts vectors as the code does`() throws {
        for row in try nonEmpty(rows(2)) {
            let optimizer = try component(row[0], from: serverOptimizers)
            #expect(row[2] == "\(optimizer.buffers)", "\(row[0])")
        }
        for row in try nonEmpty(rows(3)) {
            let correction = try component(row[0], from: driftCorrections)
            #expect(row[3] == "\(correction.vectorsDown), \(correction.vectorsUp)", "\(row[0])")
        }
    }

    @Test func `the rates that a rule's facts name are those that it moves`() throws {
        for rule in serverRules {
            let needs = try component(rule.facts.kind, from: serverSchedulers).needs
            let moved: String =
                switch needs.moves {
                case _ where needs.choosesRates: "local rate, global or both"
                case .global?: "global rate"
                case .local?: "local rate"
                case .both?: "both"
                case nil: "nothing"
                }
            // A client rule can move more than the rate.
            #expect(
                rule.facts.adapts == moved
                    || needs.clientRule != nil && rule.facts.adapts.hasPrefix(moved),
                "\(rule.facts.kind)")
        }
    }
}
