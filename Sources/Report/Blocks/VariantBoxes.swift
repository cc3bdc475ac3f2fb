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

    /// Returns the rules that hide the lines of a variant whose box is not checked.
    func style(_ state: PageState) -> HTML {
        guard isShown else { return "" }
        return content.study.variants.map { variant -> HTML in
            """
            #study\(state.study + 1):has(#\(state.prefix)show\(variant.index):not(:checked)) \
            :is(.curves,.rates,.clients) svg .v\(variant.index){display:none}

            """
        }.joined()
    }
}
