import Foundation

/// How many processes share a processor of this machine at the moment, from 1 to 20: what a span of
/// wall time in a test is multiplied with.
package func crowding() -> Double {
    var averages = [0.0]
    guard getloadavg(&averages, 1) == 1 else { return 1 }
    let processors = Double(ProcessInfo.processInfo.activeProcessorCount)
    return min(max(averages[0] / max(processors, 1), 1), 20)
}

/// Processor seconds that this thread has used: unlike wall time, not those that others use.
package func processorSeconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
}
