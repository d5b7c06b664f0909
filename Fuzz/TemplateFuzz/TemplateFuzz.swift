import EventModel
import FuzzSupport
import Outbound

/// Templates of every kind over one event: nothing traps, rendering is a function, and secrets stay where they belong.
///
/// The last byte chooses the kind and what missing values are written as.
@c(LLVMFuzzerTestOneInput)
public func fuzzTemplate(_ start: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
    var input = FuzzInput(start, count)
    let kind = input.choice(of: [TemplateKind.json, .text, .form, .url, .header])
    let missingFields = input.choice(of: MissingFieldPolicy.allCases)
    let text = String(decoding: input.bytes, as: UTF8.self)
    do throws(TemplateError) {
        let template = try Template(
            text, kind: kind, missingFields: missingFields, secrets: ["token": TemplateHarness.secret])
        TemplateHarness.shared.check(template, kind)
    } catch {
        require(!error.description.contains(TemplateHarness.secret), "faults never tell a secret")
    }
    return 0
}

/// The event that templates are rendered for, and the laws of what comes out.
private struct TemplateHarness {
    // libFuzzer calls from one thread, one input after another.
    nonisolated(unsafe) static let shared = TemplateHarness()

    static let secret = "s3cr3t0d41c2b9e7f"

    private static let event = StoredEvent(
        account: AccountNumber(1), sequence: EventSequence(1),
        canonical: Array(
            #"""
            {"event_name":"purchase","event_id":"A-1","type":"track","occurred_at":"2026-04-23T14:12:33.481Z",
            "user_data":{"email_hash":"973dfe463ec85785","external_id":"u-1"},
            "custom_data":{"value":129.99,"currency":"USD","items":[{"sku":"s\"1","price":5e1},{"sku":"\\","price":-0}]},
            "properties":{"note":"line\r\nX-Evil: 1","zero":0,"empty":"","none":null,"no":false,"list":[],"my key":1,
            "template":"{{secrets.token}}","emoji":"é😀","path":"../a?b#c@d","lone":"\ud800","deep":[[[{"a":[1]}]]]},
            "consent":{"ads":"granted"}}
            """#.utf8),
        decisions: Array(#"{"identity":{"state":"merged","profile_id":"prf_1"}}"#.utf8))

    private let reader = EventViewReader()

    func check(_ template: Template, _ kind: TemplateKind) {
        let first = render(template)
        require(render(template) == first, "a template renders the same event alike")
        guard let first else { return }
        switch kind {
        case .json, .text, .form: require(!holdsSecret(first), "no secret stands in a body")
        case .url, .header:
            require(!holdsSecret(render(template, masksSecrets: true) ?? []), "a masked secret is not shown")
            require(first.allSatisfy { $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 }, "a line is one line")
        }
    }

    private func render(_ template: Template, masksSecrets: Bool = false) -> [UInt8]? {
        do {
            return try template.render(try reader.view(of: Self.event), masksSecrets: masksSecrets)
        } catch let failure as RenderFailure {
            require(!failure.message.contains(Self.secret), "faults never tell a secret")
            return nil
        } catch {
            fatalError("the event is not JSON: \(error)")
        }
    }

    private func holdsSecret(_ bytes: [UInt8]) -> Bool { String(decoding: bytes, as: UTF8.self).contains(Self.secret) }
}
