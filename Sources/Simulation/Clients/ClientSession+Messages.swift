package import Messaging

extension ClientSession {
    /// The floats of a message that arrived in a message body.
    package enum Body {
        case received(Frame)
        case sent(SharedFrame)

        func withFloats<R, E: Error>(_ body: (Span<Float>) throws(E) -> R) throws(E) -> R {
            switch self {
            case .received(let frame): try frame.withFloats(body)
            case .sent(let frame): try frame.withFloats(body)
            }
        }
    }

    /// A reply: a message, and its floats unless they are in shared memory.
    package struct Reply {
        package let message: Message
        /// The update, in a frame. It is nil if the update is in shared memory or if there is none.
        package var floats: SharedFrame?
        /// The vectors that the client carries over, in a frame.
        package var carried: SharedFrame?

        /// Creates a reply without floats.
        package init(_ message: Message) { self.message = message }

        init(_ message: Message, floats: SharedFrame?, carried: SharedFrame?) {
            (self.message, self.floats, self.carried) = (message, floats, carried)
        }

        /// The bodies of the message, in their order.
        package var bodies: [SharedFrame] { [floats, carried].compactMap(\.self) }
    }
}
