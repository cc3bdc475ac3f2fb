import Settings

extension Adam {
    /// The server's `adam`, FedAdam.
    ///
    ///     m ← β1 m + (1 − β1) Δ,   v ← β2 v + (1 − β2) Δ²,   w ← w + α m / (√v + τ)
    ///
    /// - Settings: `bias_correction: true` divides m and v by 1 − β^t, where t counts rounds from
    ///   1, as in Keras and PyTorch. With `epsilon_place: before_correction`, τ is added to the
    ///   uncorrected root.
    /// - Source: Reddi et al. 2021, arXiv 2003.00295.
    init(fedAdam settings: Settings) {
        let numbers = FedOptNumbers(settings, beta1: 0.9)
        let beta2 = settings.number(
            "beta2", default: 0.99, in: .fraction, "decay β2 of the mean of squares")
        let correctsBias = settings.flag(
            "bias_correction", default: false, "divide both means by 1 - beta^t")
        self.init(
            beta1: numbers.beta1, beta2: beta2, epsilon: numbers.tau, correctsBias: correctsBias,
            correctsEpsilon: settings.choice(
                "epsilon_place", of: ["after_correction": false, "before_correction": true],
                default: "after_correction",
                "whether tau is added to the corrected root or to the uncorrected one"),
            initialSquare: numbers.initialSquare)
    }
}
