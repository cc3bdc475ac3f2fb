/// Returns a table of the methods in which variants differ; nil if all have the same. Cells of the
/// grid that change the method itself have lines of their own.
func methodsTable(_ variants: [VariantSummary]) -> String? {
    let parts = Methods.differing(variants)
    guard !parts.isEmpty else { return nil }
    var listed: [(name: String, methods: Methods)] = []
    for variant in variants
    where !listed.contains(where: { $0.name == variant.name && $0.methods == variant.methods }) {
        listed.append((variant.name, variant.methods))
    }
    return aligned(
        [["variant"] + parts.map(\.title)]
            + listed.map { variant in
                [TextWidth.shortened(variant.name, to: 40, true)]
                    + parts.map { $0.label(variant.methods) }
            }, texts: 1 + parts.count) + "\n"
}
