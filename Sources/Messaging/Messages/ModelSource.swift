import Bytes

/// Which global model a task starts from, and where the task's process finds it.
///
///     size  field
///     4     model version
///     4     model slot, signed: −1 where the model came in a message before, else the slot of
///           shared memory that holds it
///     1     vectors beside the weights in that slot, as in `Message.Model`
///
/// A task that names the slot needs no message for the model: one message and one waking less in
/// each process and round.
public struct ModelSource: Equatable, Sendable {
    /// The number of rounds that made the model, or a number that no round has.
    public var version: UInt32
    /// The slot; −1 where the model came in a message.
    public var slot: Int32
    /// The vectors beside the weights in the slot.
    public var parts: ModelParts

    /// A model that came in a message, or one in a slot.
    public init(version: UInt32, slot: Int32 = -1, parts: ModelParts = []) {
        (self.version, self.slot, self.parts) = (version, slot, parts)
    }
}

extension ModelSource: WireField {
    func write(to writer: inout ByteWriter) { writer.write(fields: version, slot, parts) }

    init(from reader: inout ByteReader) throws(BytesError) {
        (version, slot) = (try reader.integer(), try reader.sharedSlot())
        parts = try ModelParts(from: &reader)
    }
}
