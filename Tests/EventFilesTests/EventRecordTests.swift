import EventFiles
import Testing

/// The golden bytes are those of tensorboard's own classes: `Scripts/yardsticks/event_records.py`
/// prints them.
@Suite struct `Event records` {
    private func expect(
        _ record: [UInt8], _ golden: String, sourceLocation: SourceLocation = #_sourceLocation
    ) {
        let digits = golden.filter { !$0.isWhitespace }
        #expect(
            record.map { String(UInt16($0) + 256, radix: 16).suffix(2) }.joined() == digits,
            sourceLocation: sourceLocation)
    }

    @Test func `the version has the bytes of tensorboard`() {
        expect(
            EventRecord.version(wallTime: 1.5),
            """
            1800000000000000a37f4b2209000000000000f83f1a0d627261696e2e4576656e743a
            322a28646c
            """)
    }

    @Test func `hyperparameters have the bytes of tensorboard, also false and 0`() {
        expect(
            EventRecord.start(
                [
                    Hyperparameter("client.learning_rate", .number(0.05)),
                    Hyperparameter("client.optimizer.nesterov", .flag(false)),
                    Hyperparameter("server_scheduler", .text("fedhyper_g (normalized)")),
                    Hyperparameter("training.local_steps", .number(0)),
                ], wallTime: 2.5),
            """
            e10000000000000003b748910900000000000004402ad5010ad2010a1c5f6870617261
            6d735f2f73657373696f6e5f73746172745f696e666f4ab1010aae010a076870617261
            6d7312a2011a9f010a210a14636c69656e742e6c6561726e696e675f72617465120911
            9a9999999999a93f0a1f0a19636c69656e742e6f7074696d697a65722e6e6573746572
            6f76120220000a2d0a107365727665725f7363686564756c657212191a176665646879
            7065725f6720286e6f726d616c697a6564290a210a14747261696e696e672e6c6f6361
            6c5f7374657073120911000000000000000029000000000000044084a56cb8
            """)
    }

    @Test func `values have the bytes of tensorboard, also 0 and NaN`() {
        expect(
            EventRecord.values(
                [
                    .scalar(tag: "accuracy/test", 0.8125), .scalar(tag: "loss/train", .nan),
                    .scalar(tag: "rate/global", 0),
                    .histogram(tag: "clients/local_rate", ValueHistogram([0.25, 3, -0.5, 0, 1])),
                ], step: 300, wallTime: 3.5),
            """
            2701000000000000bd1141a0090000000000000c4010ac022a98020a140a0d61636375
            726163792f74657374150000503f0a110a0a6c6f73732f747261696e150000c07f0a12
            0a0b726174652f676c6f62616c15000000000ad8010a12636c69656e74732f6c6f6361
            6c5f726174652ac10109000000000000e0bf1100000000000008401900000000000014
            40210000000000000e40290000000000a024403248000000000000e0bf000000000000
            00000000000000000200000000000000d03f000000000000d23f000000000000f03f00
            0000000000f23f00000000000008400000000000000a403a48000000000000f03f0000
            000000000000000000000000f03f0000000000000000000000000000f03f0000000000
            000000000000000000f03f0000000000000000000000000000f03f38ec394b
            """)
    }

    @Test func `the end has the bytes of tensorboard`() {
        expect(
            EventRecord.end(isSuccess: false, wallTime: 4.5),
            """
            4500000000000000ebe668b00900000000000012402a3a0a380a1a5f68706172616d73
            5f2f73657373696f6e5f656e645f696e666f4a1a0a180a0768706172616d73120d220b
            080211000000000000124022b07548
            """)
        #expect(
            EventRecord.end(isSuccess: true, wallTime: 4.5)
                != EventRecord.end(isSuccess: false, wallTime: 4.5))
    }

    /// A program that reads a growing file has an offset in it. After a resume the same rounds come
    /// again with other times, so only the times may change, not the lengths.
    @Test func `the wall time does not change the length`() {
        let values = [TaggedValue.scalar(tag: "loss/train", 0.1)]
        let lengths = [1.0, 1.8e9, 1_800_000_000.123].map {
            EventRecord.values(values, step: 7, wallTime: $0).count
        }
        #expect(Set(lengths).count == 1)
    }

    @Test func `checksums are those of the standard`() {
        // RFC 3720, appendix B.4, and the check value of the catalogue of CRCs.
        #expect(CRC32C.checksum(of: Array("123456789".utf8)) == 0xE306_9283)
        #expect(CRC32C.checksum(of: [UInt8](repeating: 0, count: 32)) == 0x8A91_36AA)
        #expect(CRC32C.checksum(of: [UInt8](repeating: 255, count: 32)) == 0x62A8_AB43)
        #expect(CRC32C.checksum(of: Array(0..<32)) == 0x46DD_794E)
        #expect(CRC32C.checksum(of: []) == 0)
    }

    @Test func `a damaged head of a record is found`() throws {
        let record = RecordFrame.record(of: [UInt8](repeating: 7, count: 300))
        #expect(record.count == 300 + RecordFrame.extraBytes)
        let head = Array(record.prefix(RecordFrame.headBytes))
        #expect(RecordFrame.dataBytes(head: head) == 300)
        for bit in 0..<8 * head.count {
            var damaged = head
            damaged[bit / 8] ^= 1 << (bit % 8)
            #expect(RecordFrame.dataBytes(head: damaged) == nil)
        }
        for count in 0..<head.count {
            #expect(RecordFrame.dataBytes(head: Array(head.prefix(count))) == nil)
        }
    }
}
