import JSON

/// Reads phone numbers where ids are expected and where operators type them, by the rules for those of persons.
///
/// For the few places that have a text and no JSON to read it from.
enum PhoneText {
    /// The digits of a number (reference destinations/geo-normalization, section 2); nil if the text is no number.
    ///
    /// A number that does not say its country is taken for one of `country`, and is none without.
    static func digits(of text: String, country: CountryCode? = nil) -> [UInt8]? {
        guard text.utf8.count <= 64 else { return nil }
        var json = JSONWriter(capacity: 96)
        json.value(text)
        let document = JSONDocument()
        guard let number = try? document.parse(json.bytes).text else { return nil }
        var digits = ByteBuffer()
        var bytes = ByteBuffer()
        guard PhoneNumber.read(number, country: country, digits: &digits, into: &bytes) == .valid else { return nil }
        return Array(bytes.string.utf8.dropFirst())
    }

    /// The same for a number that begins with `+`: an id of digits alone may be anything.
    static func internationalDigits(of text: String) -> [UInt8]? {
        text.utf8.first == UInt8(ascii: "+") ? digits(of: text) : nil
    }
}
