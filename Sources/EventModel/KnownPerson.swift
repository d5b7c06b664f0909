public import Platform

/// What is known of a person from all of their events, kept for the person's profile (docs/adr/0021-enrichment.md).
///
/// Only what canonical events keep of persons: hashes, and the places that platforms want plain.
public struct KnownPerson: Sendable, Equatable {
    /// What belongs together and is replaced as a whole.
    ///
    /// Raw values are names in views of events, in records of attempts and in answers of the admin API.
    public enum Part: String, Sendable, CaseIterable {
        case email, phone, name, address
        case birthDate = "birth_date"
        case gender
    }

    /// A plain member of an address.
    ///
    /// Raw values are names in stored events.
    public enum Place: String, Sendable, CaseIterable {
        case country, state
        case postalCode = "postal_code"
        case city
    }

    /// One part, as one event said it.
    public struct Entry: Sendable, Equatable {
        /// Which part.
        public let part: Part
        /// When it was said, by the event's own time.
        public let saidAt: Timestamp
        /// The hashes of the part, each field once.
        public var hashes: [UserData.Hash]
        /// The plain places, each once; of addresses only.
        public var places: [PlaceText]

        /// An entry from its parts.
        public init(_ part: Part, saidAt: Timestamp, hashes: [UserData.Hash] = [], places: [PlaceText] = []) {
            self.part = part
            self.saidAt = saidAt
            self.hashes = hashes
            self.places = places
        }

        /// The text of a place.
        public subscript(place: Place) -> String? { places.first { $0.place == place }?.text }
    }

    /// A plain member of an address with its text.
    public struct PlaceText: Sendable, Equatable {
        /// Which member.
        public let place: Place
        /// Its text as canonical events have it.
        public let text: String

        /// A place.
        public init(_ place: Place, _ text: String) {
            self.place = place
            self.text = text
        }
    }

    /// Each part at most once, in the order of ``Part``.
    public private(set) var entries: [Entry] = []

    /// Nobody that anything is known of.
    public init() {}

    /// What the store kept.
    public init(entries: [Entry]) { self.entries = entries }

    /// What one event says of its person, or nil if that is nothing.
    ///
    /// A country or state alone is no address: it often stems from where the person was. What the properties of an
    /// invitation say is about whoever is invited.
    public init?(_ event: CanonicalEvent) {
        if event.notes.contains(.identityFromProperties), Self.invitations.contains(event.name.text) { return nil }
        for hash in event.userData.hashes {
            var entry = self[hash.field.part] ?? Entry(hash.field.part, saidAt: event.occurredAt)
            entry.hashes.append(hash)
            put(entry)
        }
        if let address = entries.firstIndex(where: { $0.part == .address }) {
            let texts: [(Place, String?)] = [
                (.country, event.userData.country), (.state, event.userData.state),
                (.postalCode, event.userData.postalCode), (.city, event.userData.city),
            ]
            for case (let place, let text?) in texts { entries[address].places.append(PlaceText(place, text)) }
            if !Self.isAddress(entries[address]) { entries.remove(at: address) }
        }
        if entries.isEmpty { return nil }
    }

    /// Whether a platform could find the person by it: an e-mail address or a phone number is known.
    public var isFindable: Bool { entries.contains { $0.part == .email || $0.part == .phone } }

    /// What is known of a part.
    public subscript(part: Part) -> Entry? { entries.first { $0.part == part } }

    /// Takes over what was said later, part by part; of two things said at one time the one that comes last.
    ///
    /// - Returns: Whether what is kept changed. What is said again changes nothing, so that it costs no write.
    public mutating func apply(_ newer: KnownPerson) -> Bool {
        var hasChanged = false
        for new in newer.entries {
            if let old = self[new.part] {
                guard new.saidAt >= old.saidAt, new.hashes != old.hashes || new.places != old.places else { continue }
            }
            put(new)
            hasChanged = true
        }
        return hasChanged
    }

    /// Takes in what was known of another profile that turned out to be the same person.
    ///
    /// - Returns: Whether what is kept changed.
    public mutating func merge(_ other: KnownPerson) -> Bool { apply(other) }

    private static let invitations: Set<String> = ["invite_sent", "team_member_invited"]

    /// Takes an entry in place of the one of its part, or among the others.
    private mutating func put(_ entry: Entry) {
        if let index = entries.firstIndex(where: { $0.part == entry.part }) {
            entries[index] = entry
        } else {
            let rank = Self.rank(entry.part)
            entries.insert(entry, at: entries.firstIndex { Self.rank($0.part) > rank } ?? entries.count)
        }
    }

    private static func rank(_ part: Part) -> Int { Part.allCases.firstIndex(of: part) ?? 0 }

    private static func isAddress(_ entry: Entry) -> Bool {
        entry[.city] != nil || entry[.postalCode] != nil
            || entry.hashes.contains { [.city, .postalCode, .street].contains($0.field) }
    }
}

extension HashedField {
    /// The part of a person that the field is of.
    public var part: KnownPerson.Part {
        switch self {
        case .email, .emailGoogle, .emailMicrosoft, .emailReddit, .emailDomain: .email
        case .phone, .phonePlus: .phone
        case .firstName, .firstNamePlain, .firstNameGoogle, .firstNameAnalytics, .lastName, .lastNamePlain,
            .lastNameGoogle, .lastNameAnalytics:
            .name
        case .city, .state, .postalCode, .country, .street: .address
        case .birthDate: .birthDate
        case .gender, .genderPinterest: .gender
        }
    }
}

/// Reads what is known of persons.
///
/// May be called from any thread.
public protocol KnownPersonReader: Sendable {
    /// What is known of the person of a profile, or nil.
    ///
    /// - Parameters:
    ///   - profile: Any name that the profile ever had; what is kept under today's name counts.
    ///   - account: The account of the profile.
    /// - Returns: What is written by now; nil if that is nothing.
    /// - Throws: ``StoreError`` if the store cannot be read.
    func person(of profile: ProfileID, _ account: AccountNumber) throws(StoreError) -> KnownPerson?
}
