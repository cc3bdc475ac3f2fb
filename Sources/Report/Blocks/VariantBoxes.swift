import Charts

/// The check boxes that hide variants in the charts of one study, by the style sheet alone.
struct VariantBoxes {
    private let content: StudyContent

    init(_ content: StudyContent) { self.content = content }

    private var isShown: Bool { content.study.variants.count > 1 }

    /// Returns the boxes; empty with one variant.
    func boxes(_ state: PageState) -> HTML {
        guard isShown else { return "" }
        let labels = content.study.variants.map { variant -> HTML in
            """
            <label><input type="checkbox" id="\(state.prefix)show\(variant.index)" checked>\
            <span class="swatch v\(variant.index)"></span>\(variant.label)</label>
            """
        }
        return "<fieldset class=\"show\"><legend>Show</legend>\(labels.joined())</fieldset>"
    }

    /// Returns the rules that hide the lines of a variant whose box is not checked. A line that
    /// stands for several variants is hidden with the last of them.
    func style(_ state: PageState) -> HTML {
        guard isShown else { return "" }
        func rule(_ variants: [Int], _ shapes: String) -> HTML {
            let unchecked = variants.map { variant -> HTML in
                ":has(#\(state.prefix)show\(variant):not(:checked))"
            }
            return """
                #study\(state.study + 1)\(unchecked.joined()) :is(.curves,.rates,.clients) svg \
                \(shapes){display:none}

                """
        }
        let single = content.study.variants.map { variant in
            rule([variant.index], ".v\(variant.index):not(.shared *)")
        }
        let shared = state.shared.map { rule($0, Drawing.sharedSelector($0)) }
        return (single + shared).joined()
    }
}
