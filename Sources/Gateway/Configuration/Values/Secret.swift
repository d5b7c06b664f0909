/// Text that must not be seen: a password, a key, a token, or whatever came from the environment.
///
/// Prints as `***` everywhere, so that it cannot reach a log, an error or an answer by accident.
public struct Secret: Sendable, Hashable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The text itself; for comparing, signing and sending, never for showing.
    public let revealed: String

    /// A secret with this text.
    public init(_ text: String) { revealed = text }

    /// Stars.
    public var description: String { "***" }
    /// Stars.
    public var debugDescription: String { "***" }
    /// Nothing to look into.
    public var customMirror: Mirror { Mirror(self, children: EmptyCollection<Mirror.Child>()) }
}

extension ConfigurationFormat where Value == Secret {
    /// Text that is never shown.
    ///
    /// Control characters and white space around it are refused: no header can carry them, and they come from a careless
    /// copy. Fewer than 16 bytes can be guessed, which is a warning.
    static var secret: ConfigurationFormat { secret(isOwn: true) }

    /// Text that is never shown and that somebody else made, a platform's token: its length is not ours to judge.
    static var issuedSecret: ConfigurationFormat { secret(isOwn: false) }

    private static func secret(isOwn: Bool) -> ConfigurationFormat {
        ConfigurationFormat("secret", show: { .hidden($0) }) { field in
            guard let text = field.text(expecting: "a secret")?.text else { return nil }
            if let fault = fault(in: text) {
                field.report(fault)
                return nil
            }
            if isOwn, text.utf8.count < 16 {
                field.warn("is shorter than 16 bytes; `openssl rand -hex 32` makes a strong one")
            }
            return Secret(text)
        }
    }

    private static func fault(in text: String) -> String? {
        if text.isEmpty { return "is empty" }
        if text.utf8.count > 1024 { return "is longer than 1024 bytes" }
        if text.first?.isWhitespace == true || text.last?.isWhitespace == true { return "has white space around it" }
        if text.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F }) { return "has a control character in it" }
        return nil
    }
}
