package import RandomStreams
import Settings

/// Concept: the same inputs have other labels in each group r = j mod R of clients.
///
///     shifts:  c → (c + s_r) mod C
///     swaps:   listed pairs of classes change places: [a, b, c, d] swaps a with b and c with d
///     maps:    c → map_r[c], a list of C classes for each group
///
/// All samples of a client change, its held-out ones too: a client's own world is consistent. No
/// single global model fits all groups, so evaluate on the clients (`evaluation.per_client`).
///
/// - Streams: none; nothing is drawn.
/// - Source: Ghosh et al. 2020 (IFCA), arXiv 2006.04088; Jothimurugesan et al. 2023 (FedDrift),
///   arXiv 2206.00799, swapped classes.
package struct ConceptShift: Shift {
    package static let algorithm = Algorithm("concept", revision: 1)
    package static let stream: UInt32 = 6
    package static let stage = ShiftStage.labels
    /// How the labels of the groups differ; one element for each group.
    private enum Change {
        case shifts([Int])
        case swaps([[Int]])
        case maps([[Int]])

        var key: String {
            switch self {
            case .shifts: "shifts"
            case .swaps: "swaps"
            case .maps: "maps"
            }
        }

        var groups: Int {
            switch self {
            case .shifts(let list): list.count
            case .swaps(let lists), .maps(let lists): lists.count
            }
        }
    }

    private let change: Change
    private static let classes = NumberRange<Int>.between(0, DatasetHeader.maximumClasses - 1)

    init(_ settings: Settings) {
        let groups = settings.optionalInteger(
            "groups", in: .between(2, 1_000),
            "groups R of clients, group r = client mod R; as many as the list has"
        )
        let swaps = settings.integerLists(
            "swaps", in: Self.classes,
            "for each group, classes that change places, in pairs; an empty list keeps all")
        let maps = settings.integerLists(
            "maps", in: Self.classes,
            "for each group, the new class of each class")
        if !swaps.isEmpty {
            change = .swaps(swaps)
        } else if !maps.isEmpty {
            change = .maps(maps)
        } else {
            change = .shifts(
                settings.integers(
                    "shifts", default: Array(0..<(groups ?? 2)),
                    in: .between(-1_000_000_000, 1_000_000_000),
                    "for each group, the number s that is added to a class, modulo the classes"))
        }
        check(settings, groups, hasTwo: !swaps.isEmpty && !maps.isEmpty)
    }

    package init(shifts: [Int]) { change = .shifts(shifts) }
    package init(swaps: [[Int]]) { change = .swaps(swaps) }
    package init(maps: [[Int]]) { change = .maps(maps) }

    private func check(_ settings: Settings, _ groups: Int?, hasTwo: Bool) {
        if hasTwo {
            settings.reject(
                "maps", expected: "one of shifts, swaps and maps", found: "two of them",
                advice: "leave one out")
        } else if let groups, groups != change.groups {
            settings.reject(
                "groups", expected: "\(change.groups), as many as \(change.key) has",
                found: "\(groups)", advice: "leave groups out, or list one for each group")
        } else if change.groups < 2 {
            settings.reject(
                change.key, expected: "one element for each of 2 groups or more",
                found: "\(change.groups)")
        }
        guard case .swaps(let lists) = change else { return }
        for (group, list) in lists.enumerated()
        where !list.count.isMultiple(of: 2) || Set(list).count < list.count {
            settings.reject(
                "swaps", expected: "different classes in pairs for group \(group)",
                found: "\(list)", advice: "write [a, b] to swap a with b")
        }
    }

    package func addFacts(to facts: inout KeyFacts) {
        switch change {
        case .shifts(let list): facts.add("shifts", "\(list)")
        case .swaps(let lists): facts.add("swaps", "\(lists)")
        case .maps(let lists): facts.add("maps", "\(lists)")
        }
    }

    package func problem(with data: ShiftedForm, clients: Int) -> ShiftProblem? {
        if let problem = data.labelProblem("concept")
            ?? ShiftProblem(change.key, groups: change.groups, clients: clients)
        {
            return problem
        }
        let classes = data.classes
        switch change {
        case .shifts: return nil
        case .swaps(let lists), .maps(let lists):
            if let other = lists.joined().first(where: { $0 >= classes }) {
                return ShiftProblem(
                    change.key, expected: "classes from 0 to \(classes - 1)", found: "\(other)")
            }
        }
        guard case .maps(let lists) = change,
            let group = lists.firstIndex(where: { $0.count != classes })
        else { return nil }
        return ShiftProblem(
            "maps", expected: "\(counted(classes, "class", plural: "classes")) for each group",
            found: "\(lists[group].count) for group \(group)",
            advice: "write the new class of each class, in the order of the classes")
    }

    package func apply(to samples: inout ClientSamples, key: RandomKey) throws(ShiftProblem) {
        let map = map(ofGroup: samples.client % change.groups, classes: samples.form.classes)
        for index in samples.labels.indices {
            samples.labels[index] = map[Int(samples.labels[index])]
        }
    }

    /// Returns the new class of each class, shape (classes).
    private func map(ofGroup group: Int, classes: Int) -> [Int32] {
        var map = (0..<classes).map { Int32($0) }
        switch change {
        case .shifts(let list):
            let step = (list[group] % classes + classes) % classes
            map = map.map { ($0 + Int32(step)) % Int32(classes) }
        case .swaps(let lists):
            for first in stride(from: 0, to: lists[group].count, by: 2) {
                map.swapAt(lists[group][first], lists[group][first + 1])
            }
        case .maps(let lists): map = lists[group].map { Int32($0) }
        }
        return map
    }
}
