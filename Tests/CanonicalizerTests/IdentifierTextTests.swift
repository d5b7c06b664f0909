import Crypto
import EventModel
import Testing

@testable import Canonicalizer

/// What operators write for an identifier means what senders' events say.
@Suite struct IdentifierTextTests {
    private static let email = SHA256.digest(of: "ada@example.com").hex
    private static let phone = SHA256.digest(of: "442079460958").hex

    @Test(
        "identifiers are normalized as those of events are",
        arguments: [
            ("user_id", " u-1 ", ["user_id u-1"]), ("anonymous_id", "A-1", ["anonymous_id A-1"]),
            ("email", "Ada@Example.com", ["email \(email)"]), ("email", " \(email.uppercased())", ["email \(email)"]),
            ("phone", "+44 20 7946 0958", ["phone \(phone)"]), ("phone", "00442079460958", ["phone \(phone)"]),
            ("phone", "+44 (0)20 7946 0958 ext 5", ["phone \(phone)"]),
            ("phone", "tel:+442079460958", ["phone \(phone)"]),
            ("email", "mailto:ada@example.com", ["email \(email)"]),
            ("email", "Ada <ada@example.com>", ["email \(email)"]),
            ("user_id", "+442079460958", ["user_id \(phone)", "phone \(phone)"]),
            ("phone", phone, ["phone \(phone)"]), ("external.crm", "7", ["external.crm 7"]),
            ("user_id", "Ada@example.com", ["user_id \(email)", "email \(email)"]),
            ("customer_id", "ada@example.com", ["customer_id \(email)"]),
        ])
    func normalized(_ type: String, _ value: String, _ subjects: [String]) throws {
        #expect(try IdentifierText(type: type, value: value).subjects.map { "\($0.type.name) \($0.value)" } == subjects)
    }

    @Test(
        "what is no identifier is said to be none, without its value",
        arguments: [
            ("shoe", "123456", "unknown"), ("external.", "123456", "unknown"), ("email", "ada", "neither"),
            ("phone", "2079460958", "neither"), ("phone", "+44", "neither"), ("user_id", "  ", "empty"),
        ])
    func faults(_ type: String, _ value: String, _ words: String) {
        let fault = #expect(throws: IdentifierText.Fault.self) { try IdentifierText(type: type, value: value) }
        #expect(fault?.message.contains(words) == true && fault?.message.contains("123456") == false)
    }
}
