import Statistics
import Testing

@Suite struct `Moments` {
    @Test func `mean, standard deviation and median by hand`() {
        // Squared distances from 5: 9 + 1 + 1 + 1 + 0 + 0 + 4 + 16 = 32; 32 / 7.
        let values = [2.0, 4, 4, 4, 5, 5, 7, 9]
        #expect(mean(values) == 5)
        #expect(standardDeviation(values) == (32.0 / 7).squareRoot())
        #expect(median(values) == 4.5)
        #expect(median([9, 1, 5]) == 5)
    }

    @Test func `of too few values there are none`() {
        #expect(mean([]) == nil && median([]) == nil)
        #expect(standardDeviation([]) == nil && standardDeviation([3]) == nil)
        #expect(mean([3]) == 3 && median([3]) == 3 && standardDeviation([3, 3]) == 0)
        // Of equal values the mean is that value, also where their sum is rounded.
        for count in 2..<40 {
            let equal = [Double](repeating: 0.02, count: count)
            #expect(mean(equal) == 0.02 && standardDeviation(equal) == 0, "\(count)")
        }
    }
}
