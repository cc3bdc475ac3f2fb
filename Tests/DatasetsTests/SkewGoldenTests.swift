import Datasets
import RandomStreams
import Testing

/// Partitions of a fixed key never change.
///
/// The values come from a Python program that follows the doc comments of the skews, with a Philox
/// and a gamma distribution of its own: sizes, a fingerprint of all indices, the first indices.
@Suite struct `Golden values of skews` {
    @Test(
        arguments: [
            (
                "{ kind: classes_per_client, classes: 3 }", [103, 98, 103, 116, 177, 159, 137],
                "8b57a202310fb107", [184, 947, 153, 858, 379]
            ),
            (
                "{ kind: classes_per_client, classes: 3, mode: random }",
                [95, 116, 157, 146, 172, 85, 121], "37ba04525bc6b70a", [86, 106, 907, 257, 776]
            ),
            (
                "{ kind: classes_per_client, classes: 3, mode: consecutive }",
                [190, 113, 103, 97, 103, 113, 188], "9c9036baf0468c3c",
                [13, 588, 153, 725, 957]
            ),
            (
                "{ kind: percentage, percent: 37.5 }", [142, 143, 143, 143, 143, 143, 143],
                "98aefa1ce8587607", [384, 973, 697, 56, 285]
            ),
            (
                "{ kind: quantity, law: linear }", [35, 71, 107, 142, 178, 214, 253],
                "c30707d075b20f97", [272, 605, 283, 485, 981]
            ),
            (
                "{ kind: quantity, law: power }", [55, 128, 386, 77, 96, 193, 65],
                "c30707d075b20f97", [272, 605, 283, 485, 981]
            ),
            (
                "{ kind: quantity }", [251, 133, 31, 312, 23, 195, 55],
                "c30707d075b20f97", [272, 605, 283, 485, 981]
            ),
            (
                "{ kind: quantity, law: lognormal }", [147, 146, 80, 318, 42, 177, 90],
                "c30707d075b20f97", [272, 605, 283, 485, 981]
            ),
            (
                "{ kind: dirichlet, procedure: per_class_normalized }",
                [190, 140, 135, 134, 102, 152, 147], "90571530f8b4c7ff",
                [551, 398, 219, 347, 958]
            ),
            (
                "{ kind: dirichlet, procedure: with_replacement, samples_per_client: 60 }",
                [60, 60, 60, 60, 61, 60, 61], "219e0df4b7f33d6b", [129, 82, 258, 28, 813]
            ),
            (
                "{ kind: dirichlet, procedure: per_client }",
                [143, 143, 143, 143, 143, 143, 142], "dfc8b291b4fdfc95",
                [551, 731, 832, 29, 267]
            ),
            (
                "{ kind: dirichlet, balanced: true }", [139, 192, 143, 156, 122, 81, 167],
                "fb41c5d8bee2d8ef", [944, 594, 896, 317, 28]
            ),
            (
                "{ kind: lognormal, classes: 4 }", [203, 169, 155, 84, 64, 94, 231],
                "c3e9494899ada355", [133, 260, 366, 954, 543]
            ),
        ] as [(String, [Int], String, [Int32])])
    func `are those of another program`(
        settings: String, clientSizes: [Int], print: String, start: [Int32]
    ) throws {
        let partition = try `Laws of skews`.skew(settings).partition(
            TrainingSamples(labels: thousandLabels, classes: 10), among: 7,
            key: RandomKey(seed: 42, .partition))
        #expect(sizes(partition) == clientSizes)
        #expect(fingerprint(parts(partition).joined()) == print)
        #expect(Array(partition.samples(of: 0).prefix(5)) == start)
    }
}
