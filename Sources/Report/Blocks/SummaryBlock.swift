import Reporting
import Simulation
import Statistics

/// How good each variant is, how sure that is, how fast and how dear it was.
enum SummaryBlock {
    /// Returns the block; nil if nothing has been evaluated.
    static func block(_ content: StudyContent, _ state: inout PageState) -> PageBlock? {
        let isRun = content.study.kind == .run
        let table = isRun ? RunFacts.list(content) : SummaryTable(content).html(state)
        guard !table.isEmpty else { return nil }
        return PageBlock(
            name: "summary", link: "Summary", heading: "What came out?", content: table)
    }
}

/// The summary table: a row for each variant, which narrow windows show as a card.
struct SummaryTable {
    /// One cell of a row: its column's name, and what it shows.
    struct Cell {
        let label: String
        let content: HTML
        var style = ""
    }

    let content: StudyContent
    let decimals: Int
    let differenceDecimals: Int
    /// The names of the variants whose mean is bold.
    let best: [String]

    init(_ content: StudyContent) {
        self.content = content
        let isAccuracy = content.study.metric == .accuracy
        let most = isAccuracy ? 2 : 6
        // Without an interval: four significant digits of an RMSE, one decimal of a percentage.
        let size = content.ranked.compactMap(\.mean).first.map { abs($0) } ?? 1
        decimals = PageText.decimals(
            halfWidths: content.ranked.compactMap { $0.interval?.halfWidth }
                + (isAccuracy ? [] : [size * 0.001]), least: 1, most: most)
        differenceDecimals = PageText.decimals(
            halfWidths: content.ranked.compactMap { $0.difference?.interval?.halfWidth }, least: 1,
            most: 2)
        best = Self.best(content)
    }

    /// Returns the variants with the best mean: one, or the two best where they are not told apart.
    private static func best(_ content: StudyContent) -> [String] {
        let sorted = content.byMean
        guard sorted.count > 1 else { return [] }
        let (first, second) = (sorted[0], sorted[1])
        let pairs = first.statistics.seeds.compactMap { result -> Double? in
            let other = second.statistics.seeds.first { $0.seed == result.seed }
            guard let one = result.value, let two = other?.value else { return nil }
            return one - two
        }
        let isApart = meanInterval(pairs).map { !$0.contains(0) } ?? true
        return isApart ? [first.variant.name] : [first.variant.name, second.variant.name]
    }

    /// Returns the table with what explains it; empty if no variant has a value.
    func html(_ state: PageState) -> HTML {
        guard content.ranked.contains(where: { $0.mean != nil }) else { return "" }
        let rows = content.ranked.map { cells($0) }
        // A column that is empty in all rows is left out.
        let columns = (rows.first ?? []).indices.filter { column in
            rows.contains { !$0[column].content.isEmpty }
        }
        let drawn = DifferenceColumn(content)
        let place = columns.firstIndex { rows[0][$0].style == "dt" }
        var head = columns.map { column -> HTML in
            let label = rows[0][column].label
            return
                """
                <th scope="col" role="columnheader" class="\(rows[0][column].style)">\(label)\
                \(headNote(label))</th>
                """
        }
        if let place, let drawn {
            head[place] = """
                <th scope="col" role="columnheader" class="fc" colspan="2">\
                \(rows[0][columns[place]].label)<span class="sub">\(drawn.note)</span>\
                \(drawn.axis)</th>
                """
        }
        let body = zip(content.ranked, rows).map { variant, cells -> HTML in
            var parts = columns.map { column -> HTML in
                let cell = cells[column]
                return
                    """
                    <td role="cell" class="\(cell.style)" data-l="\(cell.label)">\
                    \(cell.content)</td>
                    """
            }
            if let place, let drawn { parts.insert(drawn.cell(variant), at: place) }
            return "<tr role=\"row\">\(name(variant))\(parts.joined())</tr>\n"
        }
        return """
            \(drawn?.chart(state) ?? "")<table class="sum" role="table"><thead role="rowgroup">\
            <tr role="row">\
            <th scope="col" role="columnheader">Variant\(baselineNote)</th>\(head.joined())</tr>\
            </thead>
            <tbody role="rowgroup">
            \(body.joined())</tbody></table>
            <p class="note">\(SummaryNotes(content).text)</p>
            """
    }

    private var baselineNote: HTML {
        content.baseline == nil
            ? "" : "<span class=\"sub\">baseline first, then by difference</span>"
    }

    private func headNote(_ label: String) -> HTML {
        if label == finalName { return "<span class=\"sub\">mean, 95 % interval</span>" }
        if label.hasPrefix("Rounds to") || label.hasPrefix("Sent until") {
            return "<span class=\"sub\">median</span>"
        }
        if label == areaName { return "<span class=\"sub\">area under curve</span>" }
        return ""
    }

    private var finalName: String {
        let cells = content.study.grid.isEmpty ? "" : ", mean of all cells"
        return content.study.metric == .accuracy
            ? "Final accuracy, %\(cells)" : "Final \(content.study.metric.name)\(cells)"
    }

    private var areaName: String {
        content.study.metric == .accuracy ? "Mean over rounds, %" : "Mean over rounds"
    }

    /// Returns the heading of the differences.
    static func differenceName(_ content: StudyContent) -> String {
        let baseline = content.baseline?.label ?? ""
        return content.largerIsBetter
            ? "Difference from \(baseline), points"
            : "\(content.study.metric.gainUnit) than \(baseline)"
    }

    private func name(_ variant: StudyContent.Row) -> HTML {
        let runs = variant.variant.runs
        let failed = runs.count { $0.status == .failed }
        let done = runs.count { $0.status == .done }
        let what = content.study.grid.isEmpty ? "seeds" : "runs"
        let failures = failed > 0 ? ", \(failed) failed" : ""
        let state: HTML =
            done < runs.count
            ? "<span class=\"sub\">\(done) of \(runs.count) \(what) finished\(failures)</span>"
            : ""
        let methods = differing(variant.variant)
        return """
            <th scope="row" role="rowheader"><div class="vn">\
            <span class="swatch v\(variant.variant.index)"></span>\
            <div>\(variant.variant.label)<span class="sub">\(methods)</span>\(state)</div></div>\
            </th>
            """
    }

    /// Returns the methods in which a variant differs from the baseline; all schedulers of the
    /// baseline itself.
    private func differing(_ variant: VariantData) -> String {
        let own = parts(of: variant.methods)
        guard let baseline = content.study.baseline, baseline.name != variant.name else {
            return variant.methods.schedulers
        }
        let changed = zip(own, parts(of: baseline.methods)).filter { $0 != $1 }.map(\.0)
        return changed.isEmpty ? "same methods" : changed.joined(separator: " + ")
    }

    private func parts(of methods: Methods) -> [String] {
        [
            methods.serverOptimizer, methods.clientOptimizer, methods.correction,
            methods.serverScheduler, methods.clientScheduler, methods.model,
        ]
    }

    private func cells(_ variant: StudyContent.Row) -> [Cell] {
        let baseline = content.baseline
        let isBaseline = baseline?.name == variant.variant.name
        return [
            Cell(label: finalName, content: final(variant)),
            Cell(
                label: Self.differenceName(content),
                content: isBaseline
                    ? "<span class=\"muted\">baseline</span>" : difference(variant), style: "dt"),
            Cell(
                label: "Seeds won",
                content: variant.difference.map { "\($0.won) of \($0.values.count)" } ?? ""),
            Cell(label: "Rounds to \(targetText)", content: roundsCell(variant, \.target)),
            Cell(label: shareName, content: roundsCell(variant, \.shareTarget)),
            Cell(label: "Sent until \(targetText)", content: bytesCell(variant)),
            Cell(label: areaName, content: area(variant)),
        ]
    }

    private func bold(_ text: String, if isBold: Bool) -> HTML {
        isBold ? "<b>\(text)</b>" : "\(text)"
    }

    private func final(_ variant: StudyContent.Row) -> HTML {
        guard let mean = variant.mean else { return "–" }
        let text = bold(
            PageText.number(mean, decimals), if: best.contains(variant.variant.name))
        if let interval = variant.interval {
            let range = PageText.interval(interval.lower, interval.upper, decimals)
            return "\(text)<span class=\"sub\">\(range)</span>"
        }
        guard variant.values.count > 1 else { return "\(text)<span class=\"sub\">one seed</span>" }
        let both = variant.values.map { PageText.number($0, decimals) }
        return "\(text)<span class=\"sub\">\(PageText.list(both))</span>"
    }

    private func difference(_ variant: StudyContent.Row) -> HTML {
        guard let difference = variant.difference else { return "" }
        let isBest = best.contains(variant.variant.name)
        let text = bold(PageText.difference(difference.mean, differenceDecimals), if: isBest)
        let range: HTML =
            difference.interval.map { interval in
                let words = PageText.interval(interval.lower, interval.upper, differenceDecimals)
                return "<span class=\"sub\">\(words)</span>"
            } ?? ""
        return text + range + mark(variant)
    }

    private func mark(_ variant: StudyContent.Row) -> HTML {
        let words: String
        switch variant.difference?.mark {
        case .notToldApart: words = "not told apart"
        case .onlyBeforeCorrection: words = "only before correction"
        case .sameRun: return "<span class=\"na\">the same, bit for bit</span>"
        case .toldApart, nil: return ""
        }
        let seeds: HTML
        switch variant.difference?.seedsNeeded {
        case .about(let count): seeds = "<span class=\"sub\">about \(count) seeds needed</span>"
        case .more: seeds = "<span class=\"sub\">more than 100 seeds needed</span>"
        case nil: seeds = ""
        }
        return "<span class=\"na\">\(words)</span>\(seeds)"
    }

    /// The name of the column on `compare.target`.
    private var shareName: String {
        let share = PageText.percentBrief((content.statistics?.targetShare ?? 0) * 100)
        return "Rounds to \(share) of \(content.baseline?.label ?? "the baseline")’s best"
    }

    private var targetText: String {
        guard let target = content.study.target else { return "" }
        return content.study.metric == .accuracy
            ? PageText.percentBrief(target * 100) : PageText.rate(target)
    }

    private func isLeast(_ time: EventTime?, of all: [EventTime?]) -> Bool {
        guard case .arrived(let own)? = time else { return false }
        let arrived = all.compactMap { $0.flatMap { $0.hasArrived ? $0.time : nil } }
        return arrived.count > 1 && arrived.min() == own
    }

    private func roundsCell(
        _ variant: StudyContent.Row, _ target: KeyPath<VariantStatistics, ArrivalStatistics?>
    ) -> HTML {
        guard let arrivals = variant.statistics[keyPath: target] else { return "" }
        let count = "\(arrivals.arrived) of \(arrivals.runs) arrived"
        guard case .arrived(let rounds) = arrivals.rounds else {
            return """
                <span class="nw">> \(Int(arrivals.rounds.time))</span>\
                <span class="sub">\(count)</span>
                """
        }
        let medians = content.ranked.map { $0.statistics[keyPath: target]?.rounds }
        var below = count
        if let smallest = arrivals.smallest, let largest = arrivals.largest {
            below = arrivals.runs > 1 ? "\(Int(smallest)) to \(Int(largest))" : ""
        }
        let text = bold("\(Int(rounds))", if: isLeast(arrivals.rounds, of: medians))
        return "\(text)<span class=\"sub\">\(below)</span>"
    }

    private func bytesCell(_ variant: StudyContent.Row) -> HTML {
        guard let median = variant.statistics.target?.bytes else { return "" }
        guard case .arrived(let bytes) = median else {
            return "<span class=\"nw\">> \(PageText.bytes(median.time))</span>"
        }
        let medians = content.ranked.map { $0.statistics.target?.bytes }
        return bold(PageText.bytes(bytes), if: isLeast(median, of: medians))
    }

    private func area(_ variant: StudyContent.Row) -> HTML {
        guard let area = variant.area else { return "" }
        let all = content.ranked.compactMap(\.area)
        let best = content.largerIsBetter ? all.max() : all.min()
        return bold(PageText.number(area, decimals), if: all.count > 1 && area == best)
    }
}
