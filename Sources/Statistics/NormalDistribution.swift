import RealModule

/// Returns P(|Z| > |z|) of the standard normal distribution: erfc(|z|/√2).
public func twoSidedNormalTail(_ z: Double) -> Double { Double.erfc(abs(z) / 2.0.squareRoot()) }
