/// The escapes of JSON that are one sign behind the backslash.
///
/// - Source: RFC 8259, section 7.
package enum JSONEscape {
    /// Returns the character of an escape; nil for `u`, which four digits follow, and for any other
    /// sign.
    package static func character(_ sign: UInt8?) -> Unicode.Scalar? {
        switch sign {
        case UInt8(ascii: "n"): "\n"
        case UInt8(ascii: "t"): "\t"
        case UInt8(ascii: "r"): "\r"
        case UInt8(ascii: "b"): "\u{8}"
        case UInt8(ascii: "f"): "\u{C}"
        case UInt8(ascii: "\""): "\""
        case UInt8(ascii: "\\"): "\\"
        case UInt8(ascii: "/"): "/"
        default: nil
        }
    }
}
