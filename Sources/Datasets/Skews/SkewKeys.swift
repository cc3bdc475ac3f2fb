import Settings

/// Keys that several skews have, with the same range and meaning.
extension Settings {
    /// Reads `min_samples`, the samples that each client gets at least.
    func minSamples(default count: Int = 10) -> Int {
        integer(
            "min_samples", default: count, in: .between(1, 1_000_000_000),
            "samples that each client gets at least")
    }

    /// Reads `alpha`, the concentration of a Dirichlet distribution.
    ///
    /// - Parameter meaning: what is drawn from it.
    func concentration(_ meaning: String = "concentration; smaller is more skewed") -> Double {
        // Beyond these bounds the logarithms of the shares overflow, or all are equal.
        number("alpha", default: 0.5, in: .between(1e-6, 1e9), meaning)
    }

    /// Reads `procedure` of a skew whose clients can also draw with replacement. Returns
    /// `samples_per_client`, the samples that each client draws, or nil if the samples are dealt.
    func drawnSamples() -> Int? {
        let isDrawn: Bool = choice(
            "procedure", of: ["dealt": false, "with_replacement": true], default: "dealt",
            "each sample to at most one client, or clients that draw and share samples")
        return isDrawn ? samplesPerClient() : nil
    }

    /// Reads `samples_per_client`, the number m.
    func samplesPerClient(
        _ meaning: String = "samples that each client draws, with replacement"
    ) -> Int {
        integer(
            "samples_per_client", default: 500, in: .between(1, 1_000_000), meaning)
    }

    /// Reads `classes`, the number k of classes of each client.
    func classesPerClient() -> Int {
        integer(
            "classes", default: 2, in: .between(1, DatasetHeader.maximumClasses),
            "k, the classes of each client")
    }
}
