import CKernels

/// The loops of rules that move rates along hypergradients, over raw memory: one pass each. See the
/// methods of `Slots` with the same names.
public protocol HypergradientLoops: BinaryFloatingPoint, Sendable {
    /// ⟨x, x⟩, ⟨x, y⟩ and ⟨y, y⟩.
    static func products(
        _ x: UnsafePointer<Self>, _ y: UnsafePointer<Self>, _ n: Int
    ) -> (Double, Double, Double)
    /// See `Slots.distances`.
    static func distances(
        _ w: UnsafePointer<Self>, before b: UnsafeMutablePointer<Self>,
        _ g: UnsafePointer<Self>, before h: UnsafePointer<Self>, _ n: Int
    ) -> (Double, Double, Double)
    /// See `Slots.moveRates`.
    static func moveRates(
        _ r: UnsafeMutablePointer<Self>, _ g: UnsafePointer<Self>, _ d: UnsafePointer<Self>,
        _ n: Int, hyperRate: Double, multiplies: Bool, _ limits: RateLimits<Self>
    ) -> RateTally
    /// See `Slots.localGains`.
    static func localGains(
        _ r: UnsafeMutablePointer<Self>, _ s: UnsafeMutablePointer<Self>,
        _ g: UnsafePointer<Self>, _ p: UnsafePointer<Self>, _ n: Int, _ factors: GainFactors,
        _ limits: RateLimits<Self>
    ) -> RateTally
    /// See `Slots.metaDescent`.
    static func metaDescent(
        _ r: UnsafeMutablePointer<Self>, _ v: UnsafeMutablePointer<Self>,
        _ g: UnsafePointer<Self>, _ c: UnsafePointer<Self>, _ n: Int,
        _ factors: MetaDescentFactors, _ limits: RateLimits<Self>
    ) -> RateTally
}

private func threeSums(_ kernel: (UnsafeMutablePointer<Double>) -> Void) -> (
    Double, Double, Double
) {
    var sums = (0.0, 0.0, 0.0)
    withUnsafeMutableBytes(of: &sums) {
        if let sums = $0.bindMemory(to: Double.self).baseAddress { kernel(sums) }
    }
    return sums
}

// The protocol documents each of them.
// swift-format-ignore: AllPublicDeclarationsHaveDocumentation
extension Float: HypergradientLoops {
    public static func products(
        _ x: UnsafePointer<Float>, _ y: UnsafePointer<Float>, _ n: Int
    ) -> (Double, Double, Double) {
        threeSums { hyperfed_products_f(x, y, n, $0) }
    }

    public static func distances(
        _ w: UnsafePointer<Float>, before b: UnsafeMutablePointer<Float>,
        _ g: UnsafePointer<Float>, before h: UnsafePointer<Float>, _ n: Int
    ) -> (Double, Double, Double) {
        threeSums { hyperfed_distances_f(w, b, g, h, n, $0) }
    }

    public static func moveRates(
        _ r: UnsafeMutablePointer<Float>, _ g: UnsafePointer<Float>, _ d: UnsafePointer<Float>,
        _ n: Int,
        hyperRate: Double, multiplies: Bool, _ limits: RateLimits<Float>
    ) -> RateTally {
        let (lower, upper) = (limits.lower, limits.upper)
        return RateTally {
            if multiplies {
                hyperfed_multiplicative_rates_f(r, g, d, n, hyperRate, lower, upper, $0)
            } else {
                hyperfed_additive_rates_f(r, g, d, n, hyperRate, lower, upper, $0)
            }
        }
    }

    public static func localGains(
        _ r: UnsafeMutablePointer<Float>, _ s: UnsafeMutablePointer<Float>,
        _ g: UnsafePointer<Float>,
        _ p: UnsafePointer<Float>, _ n: Int, _ factors: GainFactors, _ limits: RateLimits<Float>
    ) -> RateTally {
        RateTally {
            hyperfed_local_gains_f(
                r, s, g, p, n, factors.keep, factors.add, factors.hyperRate,
                factors.least, limits.lower, limits.upper, $0)
        }
    }

    public static func metaDescent(
        _ r: UnsafeMutablePointer<Float>, _ v: UnsafeMutablePointer<Float>,
        _ g: UnsafePointer<Float>,
        _ c: UnsafePointer<Float>, _ n: Int, _ factors: MetaDescentFactors,
        _ limits: RateLimits<Float>
    ) -> RateTally {
        let (hyperRate, memory) = (factors.hyperRate, factors.memory)
        return RateTally {
            if let least = factors.least {
                hyperfed_linear_meta_descent_f(
                    r, v, g, c, n, hyperRate, least, memory, limits.lower, limits.upper, $0)
            } else {
                hyperfed_exponential_meta_descent_f(
                    r, v, g, c, n, hyperRate, 0, memory, limits.lower, limits.upper, $0)
            }
        }
    }
}

// The protocol documents each of them.
// swift-format-ignore: AllPublicDeclarationsHaveDocumentation
extension Double: HypergradientLoops {
    public static func products(
        _ x: UnsafePointer<Double>, _ y: UnsafePointer<Double>, _ n: Int
    ) -> (Double, Double, Double) {
        threeSums { hyperfed_products_d(x, y, n, $0) }
    }

    public static func distances(
        _ w: UnsafePointer<Double>, before b: UnsafeMutablePointer<Double>,
        _ g: UnsafePointer<Double>, before h: UnsafePointer<Double>, _ n: Int
    ) -> (Double, Double, Double) {
        threeSums { hyperfed_distances_d(w, b, g, h, n, $0) }
    }

    public static func moveRates(
        _ r: UnsafeMutablePointer<Double>, _ g: UnsafePointer<Double>, _ d: UnsafePointer<Double>,
        _ n: Int,
        hyperRate: Double, multiplies: Bool, _ limits: RateLimits<Double>
    ) -> RateTally {
        let (lower, upper) = (limits.lower, limits.upper)
        return RateTally {
            if multiplies {
                hyperfed_multiplicative_rates_d(r, g, d, n, hyperRate, lower, upper, $0)
            } else {
                hyperfed_additive_rates_d(r, g, d, n, hyperRate, lower, upper, $0)
            }
        }
    }

    public static func localGains(
        _ r: UnsafeMutablePointer<Double>, _ s: UnsafeMutablePointer<Double>,
        _ g: UnsafePointer<Double>,
        _ p: UnsafePointer<Double>, _ n: Int, _ factors: GainFactors, _ limits: RateLimits<Double>
    ) -> RateTally {
        RateTally {
            hyperfed_local_gains_d(
                r, s, g, p, n, factors.keep, factors.add, factors.hyperRate,
                factors.least, limits.lower, limits.upper, $0)
        }
    }

    public static func metaDescent(
        _ r: UnsafeMutablePointer<Double>, _ v: UnsafeMutablePointer<Double>,
        _ g: UnsafePointer<Double>,
        _ c: UnsafePointer<Double>, _ n: Int, _ factors: MetaDescentFactors,
        _ limits: RateLimits<Double>
    ) -> RateTally {
        let (hyperRate, memory) = (factors.hyperRate, factors.memory)
        return RateTally {
            if let least = factors.least {
                hyperfed_linear_meta_descent_d(
                    r, v, g, c, n, hyperRate, least, memory, limits.lower, limits.upper, $0)
            } else {
                hyperfed_exponential_meta_descent_d(
                    r, v, g, c, n, hyperRate, 0, memory, limits.lower, limits.upper, $0)
            }
        }
    }
}
