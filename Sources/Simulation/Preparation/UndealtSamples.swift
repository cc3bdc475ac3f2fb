import Datasets
import Settings

/// A warning about training samples that no client has.
struct UndealtSamples {
    /// The subject of the warning.
    let subject: String
    /// The warning, without the key.
    let text: String

    /// Finds classes without a client, or more samples without one than the skew should leave.
    /// Nil if there is no problem.
    ///
    /// - Parameters:
    ///   - dataset: the data set that was shared out.
    ///   - partition: the partition of all its training samples.
    ///   - kind: the kind of the skew.
    ///   - remainder: what the skew may leave without a client.
    init?(
        of dataset: Dataset, in partition: any Population, kind: String, _ remainder: SkewRemainder
    ) {
        let (all, stored) = (dataset.count(of: .train), partition as? Partition)
        // Of clients that draw with replacement, only the classes are checked.
        let left = stored.map { all - $0.usedSamples } ?? all
        guard left > 0 else { return nil }
        let unowned =
            remainder.mayHaveClasses ? [] : Self.unownedClasses(of: dataset, in: partition)
        if let first = unowned.first {
            subject = "unowned class \(first)"
            text = Self.text(
                unowned.map { dataset.classNames?[$0] ?? "\($0)" }, remainder.classAdvice)
            return
        }
        // A skew that draws with replacement does not deal. Others leave out samples on purpose,
        // so their limit is half of the samples.
        guard let stored, !stored.repeatsSamples,
            left > (remainder.isOnPurpose ? all / 2 : all / 20)
        else { return nil }
        subject = "undealt \(kind)"
        text =
            "expected a client for each of \(all) training samples, found \(left)"
            + " samples without one; they are not used, since"
            + " \(remainder.reason(partition.count))"
    }

    private static func text(_ names: [String], _ advice: String) -> String {
        let shown = names.prefix(5).joined(separator: ", ")
        let more = names.count > 5 ? " and \(names.count - 5) more" : ""
        return "expected a client for each class, found none for"
            + " \(counted(names.count, "class")) (\(shown)\(more)); no client trains on"
            + " \(names.count == 1 ? "it" : "them"); \(advice)"
    }

    /// Returns the classes that have training samples, none of which a client has. Nothing is
    /// returned if clients remain that are not surveyed.
    private static func unownedClasses(
        of dataset: Dataset, in partition: any Population
    ) -> [Int] {
        guard dataset.classes > 0, dataset.targetWidth == 1 else { return [] }
        let labels = dataset.labels(of: .train)
        var isOpen = [Bool](repeating: false, count: dataset.classes)
        for label in labels { isOpen[Int(label)] = true }
        var open = isOpen.count { $0 }
        var samples: [Int32] = []
        for client in partition.surveyed where open > 0 {
            samples.removeAll(keepingCapacity: true)
            partition.appendSamples(of: client, to: &samples)
            for sample in samples where isOpen[Int(labels[Int(sample)])] {
                isOpen[Int(labels[Int(sample)])] = false
                open -= 1
            }
        }
        return partition.isSurveyed ? isOpen.indices.filter { isOpen[$0] } : []
    }
}
