import Bytes
import Federation
import Messaging
import Testing

@Suite struct `What a header may not say` {
    @Test func `another protocol is recognised`() {
        let error = MessageError.foreignProtocol(Array("GET ".utf8))
        #expect(throws: error) { try MessageCodec.decode(Array("GET / HTTP/1.1".utf8)) }
        #expect(
            error.description
                == "expected a message of hyperfed, found one that begins with the bytes"
                + " [71, 69, 84, 32]")
    }

    @Test func `a foreign version is recognised whatever follows`() {
        for kind in [1, 2, 4, 77] as [UInt8] {
            let header = MessageCodec.magic + [3, 1, kind, 0xff, 1, 2, 3]
            #expect(throws: MessageError.foreignVersion(theirs: 259)) {
                try MessageCodec.decode(header)
            }
        }
        #expect(
            MessageError.foreignVersion(theirs: 1).description
                == "expected protocol version 6, found 1")
    }

    @Test func `a refusal from another version is read`() throws {
        let refusal = Message.refuse(Message.Refuse(reason: "too old", wantedVersion: 9))
        var header = MessageCodec.encode(refusal)
        header[4] = 9
        #expect(try MessageCodec.decode(header) == refusal)
    }

    @Test func `kinds and flags without a meaning are refused`() {
        for kind in [0, 17, 255] as [UInt8] {
            #expect(throws: MessageError.unknownKind(kind)) {
                try MessageCodec.decode(prefix(kind))
            }
        }
        #expect(throws: MessageError.unknownFlags(128)) {
            try MessageCodec.decode(prefix(10, flags: 128))
        }
    }

    @Test(arguments: [0, 1, 6, 8, 0x7fff_ffff, 0x8000_0000, UInt32.max])
    func `a length of text that is not the text's is refused`(length: UInt32) {
        var writer = ByteWriter()
        writer.writeRaw(prefix(MessageKind.stop.rawValue))
        writer.write(length)
        writer.writeRaw("reason7".utf8)
        #expect(throws: MessageError.self) { try MessageCodec.decode(writer.bytes) }
    }

    @Test(
        arguments: [
            0, 1, 4, 6, 0xffff_ffff, 0x1_0000_0000, 1 << 61, 1 << 62, 1 << 63, UInt64.max / 4,
            UInt64.max,
        ] as [UInt64])
    func `a parameter count that is not the body's is refused`(count: UInt64) {
        let model = Message.Model(
            run: 1, version: 1, parts: .previousAggregate, parameterCount: count, checksum: 0)
        for bodyBytes in [1, 39, Int.max] {
            #expect(throws: MessageError.self) {
                try MessageCodec.decode(MessageCodec.encode(.model(model)), bodies: [bodyBytes])
            }
        }
    }

    @Test func `counts that overflow are refused as such`() {
        let model = Message.Model(
            run: 1, version: 1, parts: .previousAggregate, parameterCount: 1 << 61, checksum: 0)
        #expect(throws: MessageError.oversized(.model, parameterCount: 1 << 61)) {
            try MessageCodec.decode(MessageCodec.encode(.model(model)))
        }
    }

    @Test func `a body beside a shared slot is refused`() throws {
        let header = update(vectors: 0, slot: 3)
        #expect(try MessageCodec.encode(MessageCodec.decode(header)) == header)
        #expect(throws: MessageError.bodyCount(.update, declared: 0, found: 1)) {
            try MessageCodec.decode(header, bodies: [20])
        }
    }

    @Test func `slots below -1 and vectors that no model has are refused`() throws {
        func model(parts: UInt8) -> [UInt8] {
            MessageCodec.encode(
                .model(
                    Message.Model(
                        run: 1, version: 1, parts: ModelParts(rawValue: parts), parameterCount: 5,
                        checksum: 0)))
        }
        func task(parts: UInt8, slot: Int32) -> [UInt8] {
            let model = ModelSource(version: 1, slot: slot, parts: ModelParts(rawValue: parts))
            let task = EvaluationTask(round: 1, number: 2, attempt: 1, subject: .client(9))
            return MessageCodec.encode(
                .evaluate(Message.Evaluate(run: 1, task: task, model: model)))
        }
        let slot = "expected a shared slot of -1 or more, found -2"
        #expect(throws: MessageError.malformed(.evaluate, .invalid(slot))) {
            try MessageCodec.decode(task(parts: 0, slot: -2))
        }
        for parts in [4, 7, 255] as [UInt8] {
            let problem = "expected 0 to 3 for the vectors beside a model, found \(parts)"
            #expect(throws: MessageError.malformed(.model, .invalid(problem))) {
                try MessageCodec.decode(model(parts: parts))
            }
            #expect(throws: MessageError.malformed(.evaluate, .invalid(problem))) {
                try MessageCodec.decode(task(parts: parts, slot: 0))
            }
        }
        for (parts, vectors) in [(0, 1), (1, 2), (2, 2), (3, 3)] as [(UInt8, Int)] {
            let header = model(parts: parts)
            _ = try MessageCodec.decode(header, bodies: [20 * vectors])
            #expect(throws: MessageError.self) {
                try MessageCodec.decode(header, bodies: [20 * vectors + 20])
            }
        }
    }

    @Test func `text that is not UTF-8 is refused`() {
        var header = MessageCodec.encode(.stop(reason: "ab"))
        header[header.count - 1] = 0xff
        #expect(
            throws: MessageError.malformed(
                .stop, .invalid("expected text in UTF-8, found other bytes"))
        ) {
            try MessageCodec.decode(header)
        }
    }

    @Test(arguments: [0, 1, 2, 3, 4, 255] as [UInt8])
    func `an evaluation has no sums, one or three`(count: UInt8) throws {
        let sums = [LossSums](repeating: LossSums(samples: 1, loss: 2, hits: 1), count: 3)
        let report = EvaluationReport(round: 1, number: 2, attempt: 1, sums: sums)
        var header = MessageCodec.encode(
            .evaluated(Message.Evaluated(run: 1, report: report)))
        header[28] = count
        // The sums of a shorter list go; the count of classes stays behind them.
        header.removeSubrange((29 + 20 * min(Int(count), 3))..<(29 + 20 * 3))
        if [0, 1, 3].contains(count) {
            guard case .evaluated(let decoded) = try MessageCodec.decode(header) else {
                Issue.record("another message")
                return
            }
            #expect(decoded.report.sums == Array(sums.prefix(Int(count))))
        } else {
            let problem = "expected 0, 1 or 3 sums of an evaluation, found \(count)"
            #expect(throws: MessageError.malformed(.evaluated, .invalid(problem))) {
                try MessageCodec.decode(header)
            }
        }
    }

    @Test(arguments: [3, 4, 5, 1 << 30, UInt32.max])
    func `the hits of classes are in the bytes of an evaluation`(count: UInt32) throws {
        let report = EvaluationReport(
            round: 1, number: 2, attempt: 1, sums: [LossSums(samples: 9, loss: 2, hits: 6)],
            classHits: [1, 2, 3])
        var header = MessageCodec.encode(.evaluated(Message.Evaluated(run: 1, report: report)))
        withUnsafeBytes(of: count.littleEndian) {
            header.replaceSubrange(49..<53, with: $0)
        }
        if count == 3 {
            guard case .evaluated(let decoded) = try MessageCodec.decode(header) else {
                Issue.record("another message")
                return
            }
            #expect(decoded.report == report)
        } else {
            let problem =
                "expected at most 3 classes in 12 bytes, found \(count)"
            #expect(throws: MessageError.malformed(.evaluated, .invalid(problem))) {
                try MessageCodec.decode(header)
            }
        }
    }

    @Test func `the subject of an evaluation is a chunk or a client`() throws {
        for (kind, subject) in [
            (0, EvaluationSubject.test(chunk: 9)), (1, .client(9)), (2, nil), (255, nil),
        ] as [(UInt8, EvaluationSubject?)] {
            let task = EvaluationTask(round: 1, number: 2, attempt: 1, subject: .client(9))
            var header = MessageCodec.encode(
                .evaluate(Message.Evaluate(run: 1, task: task, model: ModelSource(version: 2))))
            header[37] = kind
            let decoded = try? MessageCodec.decode(header)
            if let subject, case .evaluate(let evaluate) = decoded {
                #expect(evaluate.task.subject == subject)
            } else {
                #expect(subject == nil && decoded == nil, "kind \(kind)")
            }
        }
    }

    /// An update of five parameters whose client carries so many vectors.
    private func update(vectors: UInt16, slot: Int32 = -1, carriedSlot: Int32 = -1) -> [UInt8] {
        let rates = RateTrace(first: 1, last: 1, smallest: 1, largest: 1, mean: 1)
        let report = ClientReport(
            round: 1, client: 2, attempt: 1, samples: 3, steps: 4, meanLoss: 0, squaredNorm: 0,
            rates: rates, carriedVectors: vectors, seconds: 0)
        return MessageCodec.encode(
            .update(
                Message.Update(
                    run: 1, report: report, sharedSlot: slot, parameterCount: 5, checksum: 0,
                    carriedSlot: carriedSlot)))
    }

    /// The update first, then what the client carries on; each only where it is in no slot.
    @Test(
        arguments: [
            (0, -1, -1, [20]), (3, -1, -1, [20, 60]), (3, 4, -1, [60]), (3, -1, 4, [20]),
            (3, 4, 4, []), (0, 4, -1, []), (0, 4, 4, []), (65535, -1, -1, [20, 1_310_700]),
        ] as [(UInt16, Int32, Int32, [Int])])
    func `an update has exactly the bodies that it declares`(
        vectors: UInt16, slot: Int32, carriedSlot: Int32, bodies: [Int]
    ) throws {
        let header = update(vectors: vectors, slot: slot, carriedSlot: carriedSlot)
        _ = try MessageCodec.decode(header, bodies: bodies)
        for wrong in [
            bodies + [20], bodies + [0], Array(bodies.dropLast()), Array(bodies.dropFirst()),
            bodies.reversed(), bodies.map { $0 + 4 }, bodies.map { _ in Int.max },
        ] where wrong != bodies {
            #expect(throws: MessageError.self, "\(wrong)") {
                try MessageCodec.decode(header, bodies: wrong)
            }
        }
    }

    @Test(
        arguments: [
            0, 1, 4, 6, 0xffff_ffff, 1 << 61, 1 << 62, 1 << 63, UInt64.max / 4, UInt64.max,
        ] as [UInt64])
    func `carried vectors that are not the body are refused, also those that no memory holds`(
        count: UInt64
    ) throws {
        let task = ClientTask(
            round: 1, client: 2, attempt: 1, localRate: 0.1, state: [], carriedVectors: 2)
        for slot in [-1, 0] as [Int32] {
            let message = Message.task(
                Message.Task(
                    run: 1, task: task, model: ModelSource(version: 1), sharedSlot: -1,
                    parameterCount: count, carriedSlot: slot))
            for bodyBytes in [1, 39, Int.max] {
                #expect(throws: MessageError.self) {
                    try MessageCodec.decode(MessageCodec.encode(message), bodies: [bodyBytes])
                }
            }
            if count >= 1 << 60 {
                #expect(throws: MessageError.oversized(.task, parameterCount: count)) {
                    try MessageCodec.decode(MessageCodec.encode(message))
                }
            }
        }
    }

    @Test func `carried vectors that are not those sent are recognised`() throws {
        let values: [Float] = [1, 2, 3, 4]
        let task = ClientTask(round: 1, client: 2, attempt: 1, localRate: 0.1, carriedVectors: 2)
        func message(_ checksum: UInt64, slot: Int32 = -1) -> Message {
            .task(
                Message.Task(
                    run: 1, task: task, model: ModelSource(version: 1), sharedSlot: -1,
                    parameterCount: 2, carriedSlot: slot, carriedChecksum: checksum))
        }
        let checksum = frameChecksum(values.span)
        try message(checksum).checkCarried(values.span)
        // In shared memory no checksum need be given.
        try message(0, slot: 1).checkCarried(values.span)
        #expect(throws: MessageError.checksum(.task, declared: 0, found: checksum)) {
            try message(0).checkCarried(values.span)
        }
        #expect(throws: MessageError.bodySize(.task, declared: 16, found: 12)) {
            try message(checksum).checkCarried(values.span.extracting(first: 3))
        }
    }
}
