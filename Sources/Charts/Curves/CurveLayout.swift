import Bytes

/// Everything that a form decides about a curve chart: which lines are shown and named, the axes,
/// the margins.
package struct CurveLayout {
    /// Lines that coincide; the first one is drawn.
    package struct Group {
        var curves: [Curve]
        package var curve: Curve { curves[0] }
        package var variant: Int { curves[0].variant }
        /// The roles of all lines, in their order.
        var variants: [Int] { curves.map(\.variant) }
    }

    package let chart: CurveChart
    package let form: ChartForm
    /// The named lines in the order of their roles.
    package private(set) var groups: [Group] = []
    /// Lines without a name: those beyond the baseline and the six best of more than twelve.
    package private(set) var background: [Curve] = []
    /// The roles whose bands are drawn.
    package let banded: Set<Int>
    package private(set) var plot: Plot
    private(set) var ticks: (x: [Double], y: [Double])
    /// The rows of the list above the plot, of names with their groups.
    package private(set) var keyRows: [[(group: Group, name: String)]] = []
    package private(set) var height: Double
    /// Whether values lie outside the vertical axis.
    private(set) var isCut = (below: false, above: false)
    /// Whether lines have gaps at values that a logarithmic axis has no place for.
    private(set) var hasGaps = false

    package init(_ chart: CurveChart, _ form: ChartForm) {
        (self.chart, self.form) = (chart, form)
        let curves = Self.prepared(chart)
        let best = chart.ordered.map(\.variant).filter { $0 != 0 }
        banded = curves.count > 6 ? Set([0] + best.prefix(3)) : Set(curves.map(\.variant))
        let named =
            curves.count > chart.mostNamed ? Set([0] + best.prefix(6)) : Set(curves.map(\.variant))
        let shown = curves.filter { named.contains($0.variant) }
        background = curves.filter { !named.contains($0.variant) }
        height = form.height ?? Self.height(chart, form)

        let across = Self.across(chart, curves)
        let up = Self.up(chart, curves, banded)
        let top = chart.names == .abovePanel ? 24.0 : 26
        let foot = Self.hasTitles(chart, form) ? 36.0 : 24
        plot = Plot(
            left: 40, right: form.width - (chart.names == .inCorner ? 14 : 9), top: top,
            bottom: height - foot, horizontal: across,
            vertical: up)
        let room = Int(plot.height / 26)
        let most = max(2, min(room, chart.names == .abovePanel ? 4 : 6))
        ticks = ([], chart.y.ticks(up, most: most))
        let longest = ticks.y.map { form.width(of: NumberText.tick($0), size: form.tickSize) }
        plot.left = max(chart.names == .abovePanel ? 30 : 40, (longest.max() ?? 0) + 9)
        groups = Self.grouped(shown, plot)
        reserveNames()
        ticks.x = chart.x.ticks(across, most: plot.roomForTicks(form, chart.x))
        let values = curves.flatMap(\.y).filter(\.isFinite)
        hasGaps = up.isLogarithmic && values.contains { $0 <= 0 }
        isCut.below = values.contains { up.position($0) < -1e-9 && ($0 > 0 || !hasGaps) }
        isCut.above = values.contains { up.position($0) > 1 + 1e-9 }
    }

    private static func height(_ chart: CurveChart, _ form: ChartForm) -> Double {
        if chart.names == .abovePanel { return form.isNarrow && form.width < 250 ? 150 : 240 }
        if form.isPaper { return (form.isNarrow ? 2.1 : 2.4) * ChartForm.pixelsPerInch }
        return form.isNarrow ? 270 : 330
    }

    /// Returns whether the axes have titles; small panels share those of their figure.
    package static func hasTitles(_ chart: CurveChart, _ form: ChartForm) -> Bool {
        chart.names != .abovePanel || form.width >= 250
    }

    /// Returns the curves as they are drawn: smoothed, and cut where the shortest one ends.
    private static func prepared(_ chart: CurveChart) -> [Curve] {
        let curves = chart.curves.filter { curve in curve.y.contains(where: \.isFinite) }
            .map { chart.shape == .lines ? $0.smoothed(chart.runningMean) : $0 }
        guard chart.endsWithShortest, let end = curves.compactMap(\.x.last).min() else {
            return curves
        }
        return curves.map { $0.cut(at: end) }
    }

    private static func across(_ chart: CurveChart, _ curves: [Curve]) -> Span {
        let values = curves.flatMap(\.x).filter(\.isFinite)
        guard chart.x.extent == .all, chart.x.scale == .linear, let low = values.min(),
            let high = values.max(), high > low
        else { return chart.x.span(values) }
        // Lines end at the right edge, where their names stand. Rounds begin at 0.
        let start = low > 0 && low < 0.1 * high ? 0 : low
        return Span(low: start, high: high, isLogarithmic: false)
    }

    private static func up(_ chart: CurveChart, _ curves: [Curve], _ banded: Set<Int>) -> Span {
        var values = curves.flatMap(\.y)
        for curve in curves where banded.contains(curve.variant) {
            values += curve.bands.flatMap { $0.low + $0.high }
        }
        if let mark = chart.mark { values.append(mark.value) }
        let starts = curves.compactMap { curve -> Double? in
            let index = max(curve.y.count / 20 - 1, 0)
            return curve.y[index...].first { $0.isFinite }
        }.sorted()
        let ends = curves.compactMap(\.last).sorted()
        guard !starts.isEmpty, !ends.isEmpty else { return chart.y.span(values) }
        let median = starts[starts.count / 2]
        return chart.y.span(values, start: (median, ends[ends.count / 2] - median))
    }

    /// Returns the curves with those joined that stay within half a pixel of each other.
    private static func grouped(_ curves: [Curve], _ plot: Plot) -> [Group] {
        var groups: [Group] = []
        for curve in curves {
            let same = groups.firstIndex { coincide($0.curve, curve, plot) }
            if let same {
                groups[same].curves.append(curve)
            } else {
                groups.append(Group(curves: [curve]))
            }
        }
        return groups
    }

    private static func coincide(_ one: Curve, _ other: Curve, _ plot: Plot) -> Bool {
        guard one.x.count == other.x.count else { return false }
        return one.x.indices.allSatisfy { index in
            guard abs(plot.x(one.x[index]) - plot.x(other.x[index])) <= 0.5 else { return false }
            let (a, b) = (one.y[index], other.y[index])
            guard a.isFinite, b.isFinite else { return a.isFinite == b.isFinite }
            return abs(plot.y(a) - plot.y(b)) <= 0.5
        }
    }

    /// Makes room for the names: beside the lines, or in rows above the plot.
    private mutating func reserveNames() {
        if usesKeyRows {
            keyRows = rows(of: inOrderOfEnds.map { ($0, name(of: $0, letters: 26)) })
            plot.top += 14 * Double(keyRows.count) + 2
            // Many names do not take the plot's place.
            let missing = 60 - plot.height
            if missing > 0 { (plot.bottom, height) = (plot.bottom + missing, height + missing) }
            return
        }
        guard chart.names == .atLines else { return }
        let widths = groups.map { form.width(of: label(of: $0)) }
        plot.right = form.width - (widths.max().map { 24 + $0 } ?? 8)
    }

    /// Whether the names stand above the plot: in a narrow column of print with many lines.
    private var usesKeyRows: Bool {
        form.isPaper && form.isNarrow && groups.count > 4 && chart.names == .atLines
    }

    private func rows(of names: [(group: Group, name: String)]) -> [[(group: Group, name: String)]]
    {
        var rows: [[(group: Group, name: String)]] = [[]]
        var used = 0.0
        for entry in names {
            let width = keyWidth(entry.name)
            if used + width > form.width, !(rows.last ?? []).isEmpty {
                rows.append([])
                used = 0
            }
            rows[rows.count - 1].append(entry)
            used += width
        }
        return rows
    }

    /// Returns how wide a name with its line is in a list.
    package func keyWidth(_ name: String) -> Double { 24 + form.width(of: name) + 10 }

    /// The named lines from the highest to the lowest end. Lines that meet at their ends are in the
    /// order of the ranking, or of their means.
    package var inOrderOfEnds: [Group] {
        func height(_ group: Group) -> Double {
            let curve = group.curve
            guard chart.names == .inCorner else { return curve.last ?? -.infinity }
            let place = chart.ranking.firstIndex(of: group.variant)
            if let place { return -Double(place) }
            let values = curve.y.filter(\.isFinite)
            return values.reduce(0, +) / Double(max(values.count, 1))
        }
        return groups.enumerated().sorted {
            (-height($0.element), $0.offset) < (-height($1.element), $1.offset)
        }.map(\.element)
    }

    /// The most letters of a name beside a line: names take two fifths of the width at most.
    private var mostLetters: Double { (0.4 * form.width - 24) / form.letter }

    /// Returns the name of a group as it stands beside the line.
    package func label(of group: Group) -> String { name(of: group, letters: mostLetters) }

    private func name(of group: Group, letters: Double) -> String {
        let names = group.curves.map(\.name)
        if names.count == 1 { return Markup.shortened(names[0], to: letters) }
        if names.count == 2 {
            let whole = names[0] + " = " + names[1]
            if Markup.letters(of: whole) <= letters { return whole }
        }
        let more = " and \(names.count - 1) more"
        return Markup.shortened(names[0], to: letters - Double(more.count)) + more
    }
}
