import Bytes
import Federation

/// The reason why a saved state is not usable, as a sentence.
package struct RunStateError: Error, CustomStringConvertible {
    /// What was expected, what was found, and what to do.
    package let description: String
}

/// The run state as the bytes of a file: its kind, its run, the state and a checksum.
///
///     magic, format, program, scenario digest | state | checksum of all that
///
/// Each part is checked before the bytes after it are read. So damaged bytes lead to an error. A
/// state of another format, program or scenario is never read as a state of this run.
extension RunState {
    private static let magic = Array("HFSTATE\0".utf8)
    /// The number of the format. It changes each time the bytes of any part of the state change.
    static let format: UInt32 = 2
    private static let checksumBytes = 8

    /// Returns the state as the bytes of a file.
    package func sealed() -> [UInt8] {
        // This capacity is enough for the usual vectors: the model, the aggregate and some buffers.
        var writer = ByteWriter(capacity: 16 * server.parameterCount + 4096)
        writer.writeRaw(Self.magic)
        writer.write(Self.format)
        writer.write(ProgramIdentity.text)
        writer.write(scenarioDigest)
        save(to: &writer)
        writer.write(Self.checksum(of: writer.bytes.span))
        return writer.bytes
    }

    /// Reads the bytes of `sealed()` into the state of a run that has not begun. After an error, do
    /// not use the state.
    package mutating func restore(sealed bytes: [UInt8]) throws(RunStateError) {
        let end = bytes.count - Self.checksumBytes
        guard end > 0, bytes.starts(with: Self.magic) else {
            throw RunStateError(
                description: "expected a saved run state, found \(bytes.count) bytes of another"
                    + " kind; name a state that hyperfed has saved")
        }
        do {
            var tail = ByteReader(Array(bytes[end...]))
            var reader = ByteReader(bytes)
            _ = try reader.raw(Self.magic.count)
            let format = try reader.integer(UInt32.self)
            guard format == Self.format else {
                throw Self.error("the format \(Self.format)", "\(format)", Self.startAnew)
            }
            guard Self.checksum(of: bytes.span.extracting(first: end)) == (try tail.integer())
            else {
                throw Self.error(
                    "a whole run state",
                    "one with another checksum, since bytes are missing or"
                        + " changed", "use an earlier state, or start the run anew")
            }
            let (program, digest) = (try reader.text(), try reader.text())
            guard program == ProgramIdentity.text else {
                throw Self.error(
                    "a run state of hyperfed \(ProgramIdentity.text)", "one of hyperfed \(program)",
                    "continue with the program that saved it, since another build may give other"
                        + " numbers")
            }
            guard digest == scenarioDigest else {
                throw Self.error(
                    "a run state of the scenario with the digest \(scenarioDigest)",
                    "one of \(digest)", "continue with the scenario and the data of that run")
            }
            try restore(from: &reader)
            guard reader.left == Self.checksumBytes else {
                throw BytesError.surplus(reader.left - Self.checksumBytes)
            }
        } catch let error as RunStateError {
            throw error
        } catch {
            throw Self.error(
                "a run state that can be read", "other bytes (\(error))", Self.startAnew)
        }
    }

    private static let startAnew = "start the run anew"

    private static func error(_ expected: String, _ found: String, _ advice: String)
        -> RunStateError
    {
        RunStateError(description: "expected \(expected), found \(found); \(advice)")
    }

    private static func checksum(of bytes: Span<UInt8>) -> UInt64 {
        var hash = ContentHash()
        hash.add(bytes)
        return hash.value
    }
}
