extension Dataset {
    /// The number of samples in which zeros are counted.
    private static let countedSamples = 256

    /// Returns the share of 0 among the numbers of the training samples: 0 to 1, and 0 for symbols.
    ///
    /// It is an estimate from up to 256 samples, evenly spread over the part, since all processes
    /// would otherwise read the whole file. The same data give the same share.
    public func shareOfZeros() -> Double {
        let count = count(of: .train)
        let samples = min(count, Self.countedSamples)
        guard samples > 0, vocabulary == nil else { return 0 }
        let zeros = file.withBytes { bytes in
            (0..<samples).reduce(0) { zeros, index in
                let width = features * header.form.element.size
                let start = block(.train).features.lowerBound + index * count / samples * width
                let sample = UnsafeRawBufferPointer(rebasing: bytes[start..<start + width])
                return header.form.element == .float
                    ? zeros + sample.bindMemory(to: Float.self).count { $0 == 0 }
                    : zeros + sample.count { $0 == 0 }
            }
        }
        return Double(zeros) / Double(samples * features)
    }
}
