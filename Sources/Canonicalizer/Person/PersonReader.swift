import Crypto
import EventModel
import JSON
import Platform

/// Reads who an event is about: hashes in every form that some platform wants, and what is kept plain.
///
/// The rules are those of reference inbound, 4.3 and 4.5, and destinations/geo-normalization. Make one for a source and
/// keep it: it reuses its memory, as to make and destroy one takes longer than to read most persons. Belongs to one
/// thread at a time.
struct PersonReader: ~Copyable {
    let rules: PersonRules
    let names: NameBook
    var candidates = PersonCandidates()
    var user = UserData()
    var notes = NoteList()
    /// The normalized value in hand, and another form of it.
    var bytes = ByteBuffer()
    var variant = ByteBuffer()

    init(source: SourceProfile, hasher: SHA256, names: NameBook = NameBook()) {
        rules = PersonRules(source: source, hasher: hasher)
        self.names = names
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
    mutating func read(
        contextTraits: JSONValue?, traits: JSONValue?, properties: JSONValue?, context: JSONValue?, type: EnvelopeType,
        requestIP: JSONValue?, transport: TransportFacts, into user: inout UserData, notes: inout NoteList
    ) {
        // Lent for the time of reading: large values that are handed on are copied.
        swap(&self.user, &user)
        swap(&self.notes, &notes)
        if type != .group { candidates.collect(traits, from: .traits, names) }
        candidates.collect(contextTraits, from: .contextTraits, names)
        if type == .track || type == .page || type == .screen {
            candidates.collect(properties, from: .properties, names)
        }
        if !candidates.isEmpty {
            readPerson(now: transport.receivedAt)
            candidates.removeAll()
        }
        readContext(context, requestIP: requestIP, transport: transport)
        swap(&self.user, &user)
        swap(&self.notes, &notes)
    }

    /// Reads everything that traits and properties offer.
    private mutating func readPerson(now: Timestamp) {
        user.hashes.reserveCapacity(8)
        let hasProfile = candidates.hasProfile
        let country = hasProfile ? readPlace() : nil
        readEmail()
        readPhone(country: country ?? rules.defaultCountry)
        guard hasProfile else { return }
        readNames()
        readBirthDate(now: now)
        readGender()
        readID()
    }

    // MARK: Hashes

    mutating func add(_ field: HashedField, _ digest: Digest) { user.hashes.append(UserData.Hash(field, digest)) }

    /// Adds the digest of ``bytes`` from `start` on.
    mutating func addBytes(_ field: HashedField, from start: Int = 0) {
        add(field, bytes.digest(from: start, by: rules.hasher))
    }

    /// The digest that a trimmed value already is: 64 hexadecimal digits, with or without the suffix of Meta's parameter
    /// builder.
    ///
    /// That suffix is a point and 2 or 8 characters (reference destinations/meta, 2.3).
    static func readyDigest(_ text: JSONText) -> Digest? {
        switch text.count {
        case 64: return Digest(hex: text)
        case 67, 73:
            guard text[text.startIndex + 64] == UInt8(ascii: ".") else { return nil }
            return Digest(hex: text.prefix(64))
        default: return nil
        }
    }

    // MARK: E-mail

    private mutating func readEmail() {
        var last: PersonCandidates.Candidate?
        while let candidate = candidates.next(.email, after: last) {
            last = candidate
            if takeEmail(candidate.text, isString: candidate.value.kind == .string) {
                if candidate.source == .properties { notes.add(.identityFromProperties) }
                return
            }
        }
    }

    /// Adds the hashes of an address, or notes why it is none.
    private mutating func takeEmail(_ text: JSONText, isString: Bool) -> Bool {
        let ready = Self.readyDigest(text)
        bytes.removeAll()
        let at = ready == nil && isString ? EmailAddress.read(text, into: &bytes) : nil
        guard ready != nil || at != nil else {
            notes.add(JunkText.contains(text) ? .junkIdentifier : .emailInvalid)
            return false
        }
        let digest = ready ?? bytes.digest(by: rules.hasher)
        guard !rules.isBlocked(digest), !(ready.map(PersonRules.isJunk) ?? false) else {
            notes.add(.junkIdentifier)
            return false
        }
        add(.email, digest)
        if let at {
            if rules.keepsPlain { user.plainEmail = bytes.string }
            if !EmailVariant.isPlain(bytes, at: at) { addEmailVariants(at: at) }
            addBytes(.emailDomain, from: at + 1)
        }
        return true
    }

    /// Adds the forms of the address in ``bytes`` that differ from it; a form that others share is hashed once.
    private mutating func addEmailVariants(at: Int) {
        variant.removeAll()
        EmailVariant.removeDotsAndTag(bytes, at: at, into: &variant)
        let plainCount = variant.count
        var plainDigest: Digest?
        if plainCount != bytes.count {
            let digest = variant.digest(by: rules.hasher)
            if EmailVariant.isAtGoogle(bytes, at: at) { add(.emailGoogle, digest) }
            add(.emailMicrosoft, digest)
            plainDigest = digest
        }
        variant.removeAll()
        EmailVariant.removeSymbols(bytes, at: at, into: &variant)
        // Both rules only ever remove, this one all that the other does: of one length the results are the same.
        if variant.isEmpty || variant.count == bytes.count { return }
        if variant.count != plainCount { plainDigest = nil }
        add(.emailReddit, plainDigest ?? variant.digest(by: rules.hasher))
    }

    // MARK: Phone

    private mutating func readPhone(country: CountryCode?) {
        var last: PersonCandidates.Candidate?
        while let candidate = candidates.next(.phone, after: last) {
            last = candidate
            let isDecimal = candidate.value.kind == .number && !candidate.value.isInteger
            if takePhone(candidate.text, isDecimal: isDecimal, country: country) {
                if candidate.source == .properties { notes.add(.identityFromProperties) }
                return
            }
        }
    }

    /// Adds the hashes of a number, or notes why it is none.
    private mutating func takePhone(_ text: JSONText, isDecimal: Bool, country: CountryCode?) -> Bool {
        let ready = Self.readyDigest(text)
        guard !JunkText.contains(text), !(ready.map(PersonRules.isJunk) ?? false) else {
            notes.add(.junkIdentifier)
            return false
        }
        if let ready {
            // Nobody knows whether the plus sign was hashed too, so the value serves for both.
            add(.phone, ready)
            add(.phonePlus, ready)
            return true
        }
        switch isDecimal ? .invalid : PhoneNumber.read(text, country: country, digits: &variant, into: &bytes) {
        case .invalid:
            notes.add(.phoneInvalid)
            return false
        case .noCountryCode:
            notes.add(.phoneNoCountryCode)
            return false
        case .valid:
            addBytes(.phone, from: 1)
            addBytes(.phonePlus)
            if rules.keepsPlain { user.plainPhone = bytes.string }
            return true
        }
    }

    // MARK: Ids

    private mutating func readID() {
        guard let candidate = candidates.next(.id) else { return }
        guard !JunkText.contains(candidate.text) else {
            notes.add(.junkIdentifier)
            return
        }
        if let digest = addressDigest(candidate.text) {
            notes.add(.userIDIsEmail)
            user.externalID = digest.hex
        } else {
            user.externalID = candidate.text.string
        }
    }

    /// The digest to keep instead of an id that is an e-mail address; nil if it is none, or if plain values are kept.
    mutating func addressDigest(_ text: JSONText) -> Digest? {
        guard !rules.keepsPlain, text.contains(UInt8(ascii: "@")) else { return nil }
        bytes.removeAll()
        return EmailAddress.read(text, into: &bytes) == nil ? nil : bytes.digest(by: rules.hasher)
    }
}
