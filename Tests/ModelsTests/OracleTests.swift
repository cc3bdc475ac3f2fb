import LinearAlgebra
import Models
import TestSupport
import Testing

/// The `deriv` family: derivatives of first and second order by PyTorch in float64.
@Suite struct `Derivatives of the oracles` {
    @Test(arguments: Oracle.paths(family: "deriv"))
    func `are ours in Double, and nearly in Float`(path: String) throws {
        let oracle = try Oracle(path: path)
        let (model, form) = try #require(
            problem(oracle), "\(oracle): the tests don't know the model \(oracle["model"]["kind"])")
        let network = try network(model, form)
        try replay(oracle, network, Double.self, within: 1e-9)
        try replay(oracle, network, Float.self, within: 1e-3)
    }

    /// The scenario's words for an oracle's model, and the form of its data; nil if unknown.
    private func problem(_ oracle: Oracle) -> (model: String, form: SampleForm)? {
        let model = oracle["model"]
        let samples = oracle["inputs"]["y"].list.count
        let outputs = oracle["logits"].list.first?.list.count ?? 0
        let features = oracle["inputs"]["x"].numbers.count / max(samples, 1)
        func whole(_ key: String) -> Int { Int(model[key].number) }
        func width(_ name: String) -> Int { oracle["params"][name].list.count }
        let labels = SampleForm.Target.classes(outputs, positions: 1)
        // (channels, height, width)
        let image = oracle["inputs"]["x"].list.first?.list ?? []
        let size = [image.first?.list.count ?? 0, image.first?.list.first?.list.count ?? 0]
        if !model["scenario"].text.isEmpty {
            return (
                model["scenario"].text, SampleForm(shape: size + [image.count], target: labels)
            )
        }
        switch model["kind"].text {
        case "softmax": return ("softmax_regression", SampleForm(shape: [features], target: labels))
        case "mlp":
            let activation = model["activation"].text
            // All weights but the last are those of hidden layers.
            let hidden = oracle["params"]["order"].list.map(\.text).filter { $0.hasPrefix("W") }
                .dropLast().map { String(width($0)) }
            return (
                "{ kind: mlp, hidden: [\(hidden.joined(separator: ", "))], activation:"
                    + " \(activation) }",
                SampleForm(shape: [features], target: labels)
            )
        case "cnn":
            let kernel = oracle["params"]["K"].list.first?.list.first?.list.count ?? 0
            return (
                "{ kind: cnn, filters: [\(width("K"))], kernel: \(kernel), hidden: [], padding:"
                    + " \(model["variant"].text) }",
                SampleForm(shape: size + [image.count], target: labels)
            )
        case "gru", "lstm", "word_lstm":
            let vocabulary = whole("vocab")
            let kind = model["kind"].text
            let (name, layers) =
                kind == "word_lstm" ? (kind, ", layers: \(whole("layers"))") : ("char_\(kind)", "")
            return (
                "{ kind: \(name), embedding: \(whole("embed")), hidden: \(whole("hidden"))\(layers) }",
                SampleForm(
                    shape: [whole("sequence")], vocabulary: vocabulary,
                    target: .classes(vocabulary, positions: whole("sequence")))
            )
        default: return nil
        }
    }

    private func replay<S: Scalar>(
        _ oracle: Oracle, _ network: Network, _ type: S.Type, within tolerance: Double
    ) throws {
        let samples = oracle["inputs"]["y"].list
        let images = oracle["inputs"]["x"].list.map { sample in
            ["cnn", "resnet"].contains(oracle["model"]["kind"].text)
                ? channelsLast(sample) : sample.numbers
        }
        var bench = Bench<S>(network, batch: samples.count, for: .tangents)
        bench.fill(
            weights: try flat(oracle["params"], network, oracle), samples: images,
            targets: samples.map(\.numbers))
        func check(_ what: String, _ got: [S], _ expected: [Double], scale: Double? = nil) {
            #expect(
                relativeError(got, expected, scale: scale) < tolerance,
                "\(oracle), \(type): \(what)")
        }
        func ours(_ named: Oracle.Node) throws -> [Double] {
            try flat(named, network, oracle)
        }
        func outputs(_ node: Oracle.Node) -> [Double] {
            positionMajor(node.numbers, network, samples: samples.count)
        }

        let (loss, gradient) = bench.step()
        let predictions = Double(samples.count * network.targets)
        check("loss", [S(loss / predictions)], [oracle["loss"].number])
        check("gradient", gradient, try ours(oracle["gradient"]))
        check("logits", bench.outputs, outputs(oracle["logits"]))
        #expect(!oracle["products"].list.isEmpty)
        // Slopes are inner products that may cross zero: their scale is the largest of the file.
        let slopes = oracle["products"].list.map { abs($0["jvp_loss"].number) }.max()
        for product in oracle["products"].list {
            let v = try ours(product["v"])
            let hessian = bench.hessianProduct(along: v)
            check("hvp", hessian.product, try ours(product["hvp"]))
            let alone = bench.hessianProductAlone(along: v)
            #expect(alone.product == hessian.product && alone.slope == hessian.slope)
            check("jvp_loss", [S(hessian.slope)], [product["jvp_loss"].number], scale: slopes)
            check("jvp_logits", bench.outputTangent, outputs(product["jvp_logits"]))
            check(
                "jvp_loss alone", [S(bench.slope(along: v))], [product["jvp_loss"].number],
                scale: slopes)
            check(
                "vjp", bench.pullBack(outputs(product["cotangent"])), try ours(product["vjp"]))
            check(
                "gauss_newton_vp", bench.gaussNewton(along: v),
                try ours(product["gauss_newton_vp"]))
            // The products above overwrite gradients of activations; the next needs them again.
            _ = bench.step()
        }
    }

    /// Named tensors as our flat vector. The oracle's tensors stand in our order.
    private func flat(_ named: Oracle.Node, _ network: Network, _ oracle: Oracle) throws -> [Double]
    {
        var flat = [Double](repeating: .nan, count: network.parameterCount)
        let order = oracle["params"]["order"].list.map(\.text)
        try #require(order.count == network.layout.views.count)
        for (name, view) in zip(order, network.layout.views) {
            network.layout.set(view, to: named[name].numbers, in: &flat)
        }
        return flat
    }

    /// (channels, height, width) as (height, width, channels).
    private func channelsLast(_ image: Oracle.Node) -> [Double] {
        let planes = image.list.map(\.numbers)
        return (planes.first ?? []).indices.flatMap { pixel in planes.map { $0[pixel] } }
    }

    /// (samples, positions, classes) as (positions, samples, classes).
    private func positionMajor(_ rows: [Double], _ network: Network, samples: Int) -> [Double] {
        guard case .crossEntropy(let positions) = network.loss else { return rows }
        let classes = network.outputs / positions
        return (0..<positions).flatMap { position in
            (0..<samples).flatMap { sample in
                let start = (sample * positions + position) * classes
                return Array(rows[start..<start + classes])
            }
        }
    }
}
