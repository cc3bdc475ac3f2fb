import Charts
import Reporting
import Statistics

/// Which classes are learned: the recall of each class.
enum ClassesBlock {
    /// Returns the block; nil if classes were not evaluated.
    static func block(_ content: StudyContent, _ state: inout PageState) -> PageBlock? {
        let known = content.study.variants.filter { !($0.clients?.recalls.isEmpty ?? true) }
        guard let classes = known.first?.clients?.classes, !classes.isEmpty else { return nil }
        // A variant with other classes would stand in the columns of others.
        let rows = known.filter { $0.clients?.classes == classes }.map { variant in
            Row(variant, count: classes.count)
        }
        let names = classes.enumerated().map { index, name in name.isEmpty ? "\(index)" : name }
        let head = (["Variant", "balanced"] + names).map { name -> HTML in
            "<th scope=\"col\">\(name)</th>"
        }
        let bests = (0...classes.count).map { column -> Double? in
            rows.count > 1 ? rows.compactMap { $0.values[column] }.max() : nil
        }
        let body = rows.map { row -> HTML in
            let cells = row.values.enumerated().map { index, value -> HTML in
                guard let value else { return "<td>–</td>" }
                let words = PageText.number(value * 100, 1)
                return value == bests[index] ? "<td><b>\(words)</b></td>" : "<td>\(words)</td>"
            }
            return """
                <tr><th scope="row"><span class="swatch v\(row.variant.index)"></span>\
                \(row.variant.label)</th>\(cells.joined())</tr>

                """
        }
        let csv = csv(rows, names)
        let file = state.add("class-recalls", csv: csv)
        return PageBlock(
            name: "classes", link: "Classes", heading: "Which classes are learned?",
            content: """
                <div class="scroll" tabindex="0" role="region" aria-label="Recall of each class">
                <table class="plain2"><thead><tr>\(head.joined())</tr></thead><tbody>
                \(body.joined())</tbody></table></div>
                <p class="note">Recall in % of the last evaluated model, mean over seeds. Balanced \
                is the mean of the recalls. \
                <span class="files"><a href="\(file)">\(file)</a></span></p>
                """)
    }

    private struct Row {
        let variant: VariantData
        /// The balanced accuracy, then the recall of each class, 0 to 1.
        let values: [Double?]

        init(_ variant: VariantData, count: Int) {
            self.variant = variant
            let runs = variant.clients?.recalls ?? []
            let recalls = (0..<count).map { index in
                Statistics.mean(
                    runs.compactMap { index < $0.count && $0[index].isFinite ? $0[index] : nil })
            }
            values = [balancedAccuracy(recalls)] + recalls
        }
    }

    private static func csv(_ rows: [Row], _ names: [String]) -> String {
        ChartTable(
            caption: "Recall of each class", columns: ["variant", "balanced"] + names,
            rows: rows.map { row in
                [.text(row.variant.label)] + row.values.map { $0.map { .number($0) } ?? .missing }
            }
        ).csv
    }
}
