/// Windows of symbols, and the symbols that follow.
struct TextWindows {
    let length: Int
    /// Symbols from the start of a window to that of the next one.
    let stride: Int
    let prediction: Shakespeare.Prediction

    /// How many symbols a window predicts.
    var targets: Int { prediction == .all ? length : 1 }

    /// Returns how many windows this number of symbols gives.
    private func count(_ symbols: Int) -> Int {
        symbols > length ? (symbols - length - 1) / stride + 1 : 0
    }

    /// Returns how many numbers the samples of some texts have, or more than any part may have.
    func numbers(of texts: [ArraySlice<Int32>]) -> Int {
        let windows = texts.reduce(0) { $0 + count($1.count) }
        let (numbers, overflows) = windows.multipliedReportingOverflow(by: length + targets)
        return overflows ? .max : numbers
    }

    /// Cuts texts into samples, and returns the number of samples of each text.
    func samples(
        _ texts: [ArraySlice<Int32>], _ vocabulary: TextVocabulary
    ) -> (samples: DecodedDataset.Samples, counts: [Int]) {
        var (features, labels): ([Int32], [Int32]) = ([], [])
        let windows = texts.reduce(0) { $0 + count($1.count) }
        features.reserveCapacity(windows * length)
        labels.reserveCapacity(windows * targets)
        for text in texts {
            for window in 0..<count(text.count) {
                let first = text.startIndex + window * stride
                let end = first + length
                for number in text[first..<end] { features.append(vocabulary.symbol(number)) }
                let predicted = prediction == .all ? text[first + 1...end] : text[end...end]
                for number in predicted { labels.append(vocabulary.symbol(number)) }
            }
        }
        return (
            DecodedDataset.Samples(
                features: .symbols(features, of: vocabulary.count), labels: labels),
            texts.map { count($0.count) }
        )
    }
}
