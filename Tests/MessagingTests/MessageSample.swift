import Federation
import Messaging
import Testing

/// One message of each kind, and its header as Python's `struct.pack` writes it from the layout in
/// the doc comments.
struct MessageSample: Sendable, CustomTestStringConvertible {
    let message: Message
    let bodies: [Int]
    let hex: String

    var testDescription: String { "\(message.kind)" }

    init(_ message: Message, bodies: [Int] = [], hex: String) {
        self.message = message
        self.bodies = bodies
        self.hex = hex
    }

    private static let run: UInt64 = 0x1122_3344_5566_7788
    private static let report = ClientReport(
        round: 17, client: 42, attempt: 2, samples: 600, steps: 95, effectiveRate: 4.75,
        meanLoss: 0.5,
        startLoss: 2, squaredNorm: -0.0,
        rates: RateTrace(
            first: 0.1, last: 0.2, smallest: 0.05, largest: 0.25, mean: 0.15, lowerBoundHits: 1,
            upperBoundHits: 2, saturatedAtOnce: true, undefined: 3),
        traces: ClientTraces(
            stride: 2, rates: [0.1, 0.2], readings: [.init(name: "mu", value: 0.5)]),
        state: [9], carriedVectors: 2, seconds: 1.5)

    static let all: [MessageSample] = [
        MessageSample(
            .hello(
                Message.Hello(
                    programVersion: "1.0", scenarioDigest: "abc", process: 7,
                    incarnation: 0x0102_0304_0506_0708, pid: -2)),
            hex: """
                485950460600010003000000312e300300000061626307000000080706050403\
                0201feffffff
                """),
        MessageSample(
            .welcome(
                Message.Welcome(
                    run: run, process: 7, programVersion: "1.0", scenario: "seed: 42\n",
                    dataKey: "d1", partitionKey: "pé", sharedBlock: "/dev/shm/x",
                    parameterCount: 159_010)),
            hex: """
                485950460600020088776655443322110700000003000000312e300900000073\
                6565643a2034320a0200000064310300000070c3a90a0000002f6465762f7368\
                6d2f78226d020000000000
                """),
        MessageSample(
            .refuse(Message.Refuse(reason: "too old")),
            hex: """
                485950460600030007000000746f6f206f6c640600
                """),
        MessageSample(
            .model(
                Message.Model(
                    run: run, version: 3, parts: .all, parameterCount: 5,
                    checksum: 0xfedc_ba98_7654_3210)), bodies: [60],
            hex: """
                4859504606000400887766554433221103000000030500000000000000103254\
                7698badcfe
                """),
        MessageSample(
            .task(
                Message.Task(
                    run: run,
                    task: ClientTask(
                        round: 17, client: 42, attempt: 2, localRate: 0.125, state: [1, 2, 255],
                        carriedVectors: 3, sumWeight: 600),
                    model: ModelSource(version: 3, slot: 1, parts: .previousAggregate),
                    sharedSlot: 9,
                    parameterCount: 5, carriedSlot: -1,
                    carriedChecksum: 0xabcd, nextSlot: 7)), bodies: [60],
            hex: """
                48595046060005008877665544332211110000002a0000000200000000000000\
                0000c03f030000000102ff030001580200000300000001000000010900000005000000000000\
                00ffffffffcdab00000000000007000000
                """),
        MessageSample(
            .update(
                Message.Update(
                    run: run, report: report, sharedSlot: -1, parameterCount: 5, checksum: 0xff,
                    carriedSlot: -1, carriedChecksum: 0x0102_0304)),
            bodies: [20, 40],
            hex: """
                48595046060006008877665544332211110000002a0000000200000058020000\
                5f0000000000000000001340000000000000e03f000000000000004000000000000000809a999999\
                9999b93f9a9999999999c93f9a9999999999a93f000000000000d03f33333333\
                3333c33f0100000002000000010300000002000000020000009a9999999999b9\
                3f9a9999999999c93f01000000020000006d75000000000000e03f0100000009\
                0200000000000000f83fffffffff0500000000000000ff00000000000000ffff\
                ffff040302010000000000
                """),
        MessageSample(
            .failed(
                Message.Failed(
                    run: run,
                    failure: .diverged(
                        ClientFailure(
                            round: 17, client: 42, attempt: 2, step: 11, localRate: 0.8,
                            reason: "training loss is nan")))),
            hex: """
                4859504606000700887766554433221101110000002a000000020000000b0000\
                009a9999999999e93f14000000747261696e696e67206c6f7373206973206e61\
                6e
                """),
        MessageSample(
            .failed(
                Message.Failed(
                    run: run,
                    failure: .broken(
                        TaskFault(Assignment(round: 17, client: 42, attempt: 2), "no model came")))
            ),
            hex: """
                4859504606000700887766554433221102110000002a000000020000000d0000\
                006e6f206d6f64656c2063616d65
                """),
        MessageSample(
            .failed(
                Message.Failed(
                    run: run,
                    failure: .broken(
                        TaskFault(
                            Assignment(.evaluation, round: 17, client: 42, attempt: 2),
                            "no model came")))),
            hex: """
                4859504606000700887766554433221103110000002a000000020000000d0000\
                006e6f206d6f64656c2063616d65
                """),
        MessageSample(
            .ping(number: 5),
            hex: """
                48595046060008000500000000000000
                """),
        MessageSample(
            .pong(Message.Pong(number: .max, progress: 7)),
            hex: """
                4859504606000900ffffffffffffffff0700000000000000
                """),
        MessageSample(
            .stop(reason: "done"),
            hex: """
                4859504606000a0004000000646f6e65
                """),
        MessageSample(
            .leave(reason: ""),
            hex: """
                4859504606000b0000000000
                """),
        MessageSample(
            .evaluate(
                Message.Evaluate(
                    run: run,
                    task: EvaluationTask(
                        round: 17, number: 5, attempt: 2, subject: .client(42)),
                    model: ModelSource(version: 18))),
            hex: """
                4859504606000c00887766554433221111000000050000000200000012000000\
                ffffffff00012a000000
                """),
        MessageSample(
            .evaluated(
                Message.Evaluated(
                    run: run,
                    report: EvaluationReport(
                        round: 17, number: 5, attempt: 2,
                        sums: [
                            LossSums(samples: 53, loss: 0.5, hits: 40), LossSums(),
                            LossSums(samples: 7, loss: -0.125, hits: 1 << 40),
                        ], classHits: [3, 0, 258]))),
            hex: """
                4859504606000d00887766554433221111000000050000000200000003350000\
                00000000000000e03f2800000000000000000000000000000000000000000000\
                000000000007000000000000000000c0bf000000000001000003000000030000\
                000000000002010000
                """),
        MessageSample(
            .collect(Message.Collect(run: run, round: 17, sharedSlot: 5)),
            hex: """
                4859504606000f0088776655443322111100000005000000
                """),
        MessageSample(
            .sum(
                Message.Sum(
                    run: run, report: SumReport(round: 17, clients: [42, 7]), sharedSlot: -1,
                    parameterCount: 5, wordCount: 7, checksum: 0xff)), bodies: [28],
            hex: """
                4859504606001000887766554433221111000000020000002a00000007000000\
                ffffffff05000000000000000700000000000000ff00000000000000
                """),
        MessageSample(
            .ready(run: run),
            hex: """
                4859504606000e008877665544332211
                """),
    ]
}

/// The bytes of a text as two hexadecimal digits each.
func hexadecimal(_ bytes: [UInt8]) -> String {
    bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
}

/// The first bytes of a header in this program's version of the protocol.
func prefix(_ kind: UInt8, flags: UInt8 = 0) -> [UInt8] {
    MessageCodec.magic + [UInt8(MessageCodec.protocolVersion), 0, kind, flags]
}
