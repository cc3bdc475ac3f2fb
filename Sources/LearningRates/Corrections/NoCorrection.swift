import Settings

/// No drift correction: clients train on their own loss only, and updates are not scaled (FedAvg).
///
/// - Source: McMahan et al. 2017, arXiv 1602.05629.
struct NoCorrection: DriftCorrection {
    init(_ settings: Settings) {}
}
