import Crypto
import EventModel
import JSON
import Platform

@testable import Canonicalizer

/// A document and its top-level value, kept alive together.
struct PersonJSON {
    let document = JSONDocument()
    let value: JSONValue

    init(_ text: String) throws {
        value = try document.parse(text, limits: JSONLimits(acceptsNonFinite: true))
    }

    subscript(name: String) -> JSONValue? { value[name: name] }
}

/// A source of the kind that most tests need.
func personSource(_ change: (inout SourceProfile) -> Void = { _ in }) -> SourceProfile {
    let tenant = Tenant(
        account: "acct", environment: "production", accountNumber: AccountNumber(1),
        environmentNumber: EnvironmentNumber(1))
    var source = SourceProfile(name: "test", kind: .rudderstack, tenant: tenant)
    change(&source)
    return source
}

/// 2026-09-14T10:22:31.481Z.
let personNow = Timestamp(milliseconds: 1_789_381_351_481)

func personTransport(_ change: (inout TransportFacts) -> Void = { _ in }) -> TransportFacts {
    var facts = TransportFacts(receivedAt: personNow)
    change(&facts)
    return facts
}

/// What reading a person gave.
struct PersonResult {
    var user: UserData
    var notes: [Note]

    func hash(_ field: HashedField) -> String? { user[field]?.hex }
}

/// Reads the person of an event whose envelope is `text`.
func readPerson(
    _ text: String, type: EnvelopeType = .track, source: SourceProfile = personSource(),
    transport: TransportFacts = personTransport()
) throws -> PersonResult {
    let event = try PersonJSON(text)
    var reader = PersonReader(source: source, hasher: SHA256())
    var notes = NoteList()
    var user = UserData()
    reader.read(
        contextTraits: event["context"]?[name: "traits"], traits: event["traits"], properties: event["properties"],
        context: event["context"], type: type, requestIP: event["request_ip"], transport: transport, into: &user,
        notes: &notes)
    return PersonResult(user: user, notes: notes.notes)
}

/// Reads the person whose traits are `traits`.
func readTraits(_ traits: String, source: SourceProfile = personSource()) throws -> PersonResult {
    try readPerson(#"{"traits": \#(traits)}"#, type: .identify, source: source)
}

/// The SHA-256 of text in hexadecimal.
func digestHex(_ text: String) -> String { SHA256.digest(of: text).hex }

/// A JSON string of any text.
func jsonString(_ text: String) -> String {
    var writer = JSONWriter()
    writer.value(text)
    return writer.text
}

/// A pseudo-random sequence that is the same for the same seed (Steele, Lea and Flood, "Fast Splittable Pseudorandom
/// Number Generators").
struct PersonRandom: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }

    mutating func below(_ limit: Int) -> Int { Int(next() % UInt64(limit)) }

    mutating func pick<Element>(_ elements: [Element]) -> Element { elements[below(elements.count)] }
}
