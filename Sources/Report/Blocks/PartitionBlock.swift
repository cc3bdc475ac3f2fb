import Charts
import Reporting
import Settings
import Statistics

/// Which data the clients were given: samples of each client, and how they divide among classes.
enum PartitionBlock {
    /// Returns the block; nil if the folder has no table of the partition.
    static func block(_ content: StudyContent, _ state: inout PageState) -> PageBlock? {
        guard let partition = content.study.partition, partition.counts.count > 1 else {
            return nil
        }
        let title = "Samples of each client by class"
        let chart = PartitionChart(
            title: title, counts: partition.counts, classes: partition.classes)
        let figure = Figure(
            name: "partition", title: title,
            caption: "Above: how many samples a client has. Below: how they divide among the"
                + " classes; a dark field is a class that fills a client.")
        let key = HTML(made: PartitionChart.key.html)
        let facts = facts(partition, content.study).map { name, value -> HTML in
            "<dt>\(name)</dt><dd>\(value)</dd>\n"
        }
        return PageBlock(
            name: "data", link: "Data", heading: "Which data were they given?",
            content: """
                <div class="two">
                \(figure.html(chart, key: key, &state))<div>
                <h3 class="tt">The partition in numbers</h3>
                <dl class="facts">
                \(facts.joined())</dl></div></div>
                """)
    }

    private static func facts(_ partition: PartitionCounts, _ study: StudyData)
        -> [(String, String)]
    {
        var facts: [(String, String)] = []
        let sizes = partition.sizes.sorted()
        let cohort = study.scenario?.text("clients.per_round")
        facts.append(
            (
                "Clients",
                "\(sizes.count)" + (cohort.map { ", of which \($0) take part in a round" } ?? "")
            ))
        let middle = Statistics.median(sizes.map(Double.init)) ?? 0
        facts.append(
            (
                "Samples of a client",
                "\(sizes.first ?? 0) to \(sizes.last ?? 0), median \(PageText.rate(middle))"
            ))
        let present = partition.counts.map { Double($0.count { $0 > 0 }) }
        let average = PageText.number(Statistics.mean(present) ?? 0, 1)
        let dominated = partition.counts.count { counts in
            (counts.max() ?? 0) * 2 > counts.reduce(0, +)
        }
        facts.append(
            (
                "Classes of a client",
                "\(average) of \(partition.classes.count) on average;"
                    + " \(counted(dominated, "client")) with more than half of the samples in one"
            ))
        if let skew = labelSkew(partition.counts) {
            facts.append(
                (
                    "Label skew",
                    "total variation \(PageText.number(skew, 2)) (0: each client as the whole)"
                ))
        }
        if let kind = study.scenario?.kind("data.skew") {
            let alpha = study.scenario?.text("data.skew.alpha").map { ", α = \($0)" } ?? ""
            let whose =
                study.hasPartitionOfEachSeed
                ? "; each seed draws a partition of its own, and this is that of seed"
                    + " \(partition.seed)" : ""
            facts.append(("Drawn by", kind + alpha + whose))
        }
        return facts
    }
}
