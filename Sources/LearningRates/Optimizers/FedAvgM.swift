import Settings

extension SGD {
    /// The server's `momentum`, FedAvgM.
    ///
    ///     v ← m v + Δ,   w ← w + α v              (Nesterov: w ← w + α (Δ + m v))
    ///
    /// - Source: Hsu, Qi, Brown 2019, arXiv 1909.06335, with m = 0.9. Its experiments use
    ///   Nesterov's form.
    init(fedAvgM settings: Settings) {
        let momentum = settings.number("momentum", default: 0.9, in: .fraction, "momentum m")
        self.init(
            momentum: momentum,
            isNesterov: settings.flag(
                "nesterov", default: false, "Nesterov's momentum in place of the heavy ball's"))
        if isNesterov, momentum == 0 {
            settings.reject(
                "nesterov", expected: "a momentum above 0 with nesterov", found: "momentum 0",
                advice: "set momentum, such as 0.9, or remove nesterov")
        }
    }
}
