import CKernels
import Glibc

/// Which version of the kernels runs: the one for AVX-512 (x86-64-v4) or for AVX2 (x86-64-v3). Both
/// give the same bits.
///
/// At the start of the program it is the widest that the processor has, or what the environment
/// variable `HYPERFED_ISA` says. Client processes inherit the variable.
public enum VectorWidth {
    /// Whether the processor has AVX-512, as far as the kernels need it.
    public static var hasWide: Bool { hyperfed_cpu_is_wide() }

    /// Whether the kernels for AVX-512 run. To set it to true without AVX-512 does nothing. It is
    /// meant for tests and benchmarks.
    public static var isWide: Bool {
        get { hyperfed_is_wide() }
        set { hyperfed_use_wide(newValue) }
    }

    /// The architecture whose kernels run, such as `x86-64-v3`.
    public static var name: String {
        #if arch(x86_64)
            isWide ? "x86-64-v4" : "x86-64-v3"
        #else
            "any"
        #endif
    }

    /// What keeps the kernels from running here, as one sentence; nil if nothing does.
    public static var problem: (text: String, isUsage: Bool)? {
        guard hyperfed_cpu_is_enough() else {
            return (
                "expected a processor with AVX2 and FMA (x86-64-v3), found one without; use another"
                    + " machine", false
            )
        }
        guard let asked = getenv("HYPERFED_ISA").map({ String(cString: $0) }) else {
            return nil
        }
        let known = ["x86-64-v3", "x86-64-v4"]
        if !known.contains(asked) {
            return ("HYPERFED_ISA: expected x86-64-v3 or x86-64-v4, found '\(asked)'", true)
        }
        if asked == known[1], !hasWide {
            return (
                "HYPERFED_ISA: expected x86-64-v3, found x86-64-v4; this processor has no AVX-512",
                true
            )
        }
        return nil
    }
}

/// Does multiply-adds in registers and returns how many, so that a benchmark can measure how fast
/// this core is.
public func multiplyAdds(steps: Int) -> Int {
    var result: Float = 0
    return hyperfed_multiply_adds(steps, &result)
}
