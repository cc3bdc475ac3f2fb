import Datasets
public import Reporting
import Settings

/// The measures of a partition as text, beside those of an IID partition.
extension PartitionView {
    /// The most important measures, in four short lines.
    public var facts: [String] {
        let names = LabelMeasures.distances
        return [sizeText, classText, text(of: names.prefix(2)), text(of: names.dropFirst(2))]
    }

    /// The sizes of the clients in one line.
    var sizeText: String {
        let unused = unusedCount
        let clients =
            partition.count == clientCount
            ? counted(clientCount, "client")
            : "first \(partition.count.grouped) of \(clientCount.grouped) clients"
        return "\(clients), samples per client"
            + " \(measures.smallest.grouped) to \(measures.largest.grouped), median"
            + " \(fixed(measures.median, 0)), variation \(fixed(measures.sizeVariation, 2)), Gini"
            + " \(fixed(measures.sizeGini, 2))"
            + (unused > 0 ? "; \(unused.grouped) of \(sampleCount.grouped) samples unused" : "")
    }

    private var classText: String {
        let own = measures.labels
        let kind = groupKind == "class" ? "classes" : "ranges of the target"
        return "\(kind) per client \(own?.fewestClasses ?? 0) to \(own?.mostClasses ?? 0), mean"
            + " \(fixed(own?.meanClasses ?? 0, 1)) (IID \(fixed(iid.meanClasses, 1)))"
    }

    /// Returns some distances, each beside that of the IID partition.
    private func text(of distances: ArraySlice<LabelMeasures.Distance>) -> String {
        distances.map { distance in
            "\(distance.name) \(fixed(measures.labels.map(distance.value) ?? 0, 3)) (IID"
                + " \(fixed(distance.value(iid), 3)))"
        }.joined(separator: ", ")
    }

    /// The measures in a table: this partition, and an IID partition with the same sizes.
    public var table: String {
        guard let own = measures.labels else { return sizeText + "\n" }
        let kind = groupKind == "class" ? "classes" : "ranges of the target"
        func row(_ name: String, _ digits: Int, _ value: (LabelMeasures) -> Double) -> [String] {
            [name, fixed(value(own), digits), fixed(value(iid), digits)]
        }
        let rows =
            [
                ["", "here", "IID"],
                row("\(kind) per client, fewest", 0) { Double($0.fewestClasses) },
                row("\(kind) per client, mean", 1, \.meanClasses),
                row("\(kind) per client, most", 0) { Double($0.mostClasses) },
            ] + LabelMeasures.distances.map { row($0.name, 3, $0.value) }
        return sizeText + "\n" + aligned(rows, texts: 1)
            + "\nIID: the same sizes with the samples dealt at random; one draw\n"
    }

    /// Returns the picture with the measures below it, for a terminal.
    ///
    /// - Parameter isShort: whether the picture is small.
    public func text(_ style: PartitionPicture.TextStyle, isShort: Bool = false) -> String {
        // A narrow terminal has room for fewer clients.
        let room = max(4, min(Self.mostInTerminal, style.columns - 32))
        return picture(clients: room, rows: isShort ? 10 : 20).text(style)
    }

    /// The most clients that are drawn in a terminal.
    private static let mostInTerminal = 40

    /// Returns a table with a line for each of several partitions.
    public static func table(_ views: [(name: String, view: PartitionView)]) -> String {
        let head = [
            "partition", "clients", "smallest", "median", "largest", "Gini", "classes",
        ]
        let rows = views.map { name, view -> [String] in
            let (own, labels) = (view.measures, view.measures.labels)
            return [
                name, view.clientCount.grouped, own.smallest.grouped, fixed(own.median, 0),
                own.largest.grouped, fixed(own.sizeGini, 2), fixed(labels?.meanClasses ?? 0, 1),
            ] + LabelMeasures.distances.map { fixed(labels.map($0.value) ?? 0, 3) }
        }
        return aligned([head + LabelMeasures.distances.map(\.name)] + rows, texts: 1) + "\n"
    }
}

extension LabelMeasures {
    /// A distance between the clients' class distributions, with the name that texts use.
    typealias Distance = (name: String, value: @Sendable (LabelMeasures) -> Double)

    /// The distances that texts and tables show, in this order.
    static var distances: [Distance] {
        [
            ("total variation", { $0.totalVariation }),
            ("weighted by size", { $0.weightedTotalVariation }),
            ("Jensen-Shannon", { $0.jensenShannon }), ("Hellinger", { $0.hellinger }),
        ]
    }
}
