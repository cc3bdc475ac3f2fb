import CSystem
import Datasets
import LinearAlgebra
import Reporting
import Simulation

/// Prints the table of `hyperfed bench models`.
func modelTable(_ tell: (String) -> Void) throws {
    _ = hyperfed_hold_to_cores(1)
    defer { _ = hyperfed_hold_to_cores(0) }
    let yardstick = try PyTorchSteps.run()
    let peaks = productPeaks()
    let peak = max(peaks.registers, peaks.products)
    tell(
        "one core with \(VectorWidth.name); multiply-adds in registers run at"
            + " \(fixed(peaks.registers / 1e9, 0)) GFLOP/s, products in the cache at"
            + " \(fixed(peaks.products / 1e9, 0)); 'of peak' refers to the larger")
    tell(
        "a step is counted with all its products; the CNN's and the one on Fashion-MNIST's pixels"
            + " leave out those with zeros")
    if yardstick.isEmpty {
        tell(
            "PyTorch: not measured (python3 with torch is not here, or not in the project's folder)"
        )
    }
    // Half of these pixels are 0, but only 1 of 256 numbers of the other samples.
    let images = try? Workload.prepare().dataset
    func rows(of model: TimedModel, _ name: String, on images: Dataset?) throws {
        for batch in model.batches {
            let rate = 1 / (try model.secondsPerStep(batch: batch, on: images))
            let other = yardstick.first { $0.model == model.name && $0.batch == batch }
            tell(
                row(
                    name, "\(batch)", fixed(rate, rate < 1000 ? 1 : 0),
                    other.map { fixed($0.rate, $0.rate < 1000 ? 1 : 0) } ?? "-",
                    other.map { fixed(rate / $0.rate, 2) } ?? "-",
                    fixed(100 * rate * model.operations * Double(batch) / peak, 0) + " %",
                    fixed(try model.hessianCost(batch: batch, on: images), 2)))
        }
    }
    tell(
        row("model", "batch", "steps/s", "PyTorch", "ratio", "of peak", "H v / gradient"))
    for model in TimedModel.all {
        try rows(of: model, model.name, on: nil)
        guard model.name == "mlp" else { continue }
        if let images {
            try rows(of: model, "mlp, Fashion-MNIST", on: images)
        } else {
            tell("mlp, Fashion-MNIST: not measured (its files are not here)")
        }
    }
    for (model, variant) in best(yardstick) { tell("PyTorch's best for \(model): \(variant)") }
}

private func best(
    _ yardstick: [(model: String, batch: Int, rate: Double, variant: String)]
) -> [(String, String)] {
    TimedModel.all.compactMap { model in
        let variants = yardstick.filter { $0.model == model.name }.map {
            "\($0.variant) (\($0.batch))"
        }
        return variants.isEmpty ? nil : (model.name, variants.joined(separator: ", "))
    }
}

private func row(_ cells: String...) -> String {
    let widths = [18, 5, 9, 9, 6, 8, 14]
    return zip(cells, widths).enumerated().map { index, cell in
        let padding = String(repeating: " ", count: max(0, cell.1 - cell.0.count))
        return index == 0 ? cell.0 + padding : padding + cell.0
    }.joined(separator: "  ")
}
