import Crypto
import EventModel
import JSON

/// Reads who an event is about: hashes in every form that some platform wants, and what is kept plain.
///
/// The rules are those of reference inbound, 4.3 and 4.5, and destinations/geo-normalization. Make one for a source and
/// keep it: it reuses its memory. Belongs to one thread at a time.
final class PersonReader {
    /// Kept, as to make and destroy one takes longer than to read most persons.
    private var reading: PersonReading

    init(source: SourceProfile, hasher: SHA256, names: NameBook = NameBook()) {
        reading = PersonReading(rules: PersonRules(source: source, hasher: hasher), names: names)
    }

    /// Reads one event.
    ///
    /// - Parameters:
    ///   - contextTraits: `context.traits`.
    ///   - traits: The envelope's own traits, which win; those of a group are the group's and are passed over.
    ///   - properties: Looked at for track, page and screen only, for what is missing in the traits.
    ///   - context: The envelope's context, for address, device and typed ids.
    ///   - type: The call the sender made.
    ///   - requestIP: The envelope's `request_ip`.
    ///   - transport: What the request itself says; its time is "now" for birth dates.
    ///   - user: Empty; gets everything but the envelope's own ids and the click ids. ``UserData/externalID`` is set from
    ///     `traits.id` and gives way to the envelope's `userId`.
    ///   - notes: Takes what was dropped and why.
    func read(
        contextTraits: JSONValue?, traits: JSONValue?, properties: JSONValue?, context: JSONValue?, type: EnvelopeType,
        requestIP: JSONValue?, transport: TransportFacts, into user: inout UserData, notes: inout NoteList
    ) {
        reading.read(
            contextTraits: contextTraits, traits: traits, properties: properties, context: context, type: type,
            requestIP: requestIP, transport: transport, into: &user, notes: &notes)
    }
}

/// What a source's configuration says about person data.
final class PersonRules {
    let keepsPlain: Bool
    /// Where national phone numbers are from if the person's address does not say.
    let defaultCountry: CountryCode?
    let hasher: SHA256
    /// SHA-256 of the addresses that never identify anybody.
    private let blockedEmails: Set<Digest>

    init(source: SourceProfile, hasher: SHA256) {
        keepsPlain = source.keepsPlainUserData
        defaultCountry = source.defaultCountry.flatMap { CountryCode(letters: $0.utf8)?.asCountry }
        blockedEmails = Set(source.blockedEmails.map { hasher.digest(of: $0) })
        self.hasher = hasher
    }

    /// Whether a digest is that of an address that never identifies anybody.
    func isBlocked(_ digest: Digest) -> Bool { blockedEmails.contains(digest) }

    /// Whether a digest is that of a text that says nothing (reference identity, rule 3).
    static func isJunk(_ digest: Digest) -> Bool { junkDigests.contains(digest) }

    private static let junkDigests = Set(JunkText.words.map { SHA256.digest(of: $0) })
}
