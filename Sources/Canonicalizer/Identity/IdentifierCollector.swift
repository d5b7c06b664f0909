import Crypto
import EventModel
import JSON

/// Collects what an event knows its person by, for the identity graph.
///
/// Strongest first, each once. Blocked values and numbers that lost digits are left out (reference inbound, 4.3;
/// identity, rules 2 and 3).
struct IdentifierCollector {
    /// The most identifiers of one event; the weakest beyond are left out.
    static let identifierLimit = 100

    private let maker: IdentifierMaker
    private let hasher: SHA256
    private let blocked: BlockedValues
    /// Where national phone numbers are from.
    private let defaultCountry: CountryCode?
    private let traits = FieldScanner<PersonIDField>()
    private let names: NameBook
    private var identifiers: [Identifier] = []

    /// A collector for one source.
    init(source: SourceProfile, hasher: SHA256, names: NameBook) {
        self.names = names
        maker = IdentifierMaker(tenant: source.tenant, hasher: hasher)
        self.hasher = hasher
        blocked = BlockedValues(source: source, hasher: hasher)
        defaultCountry = source.defaultCountry.flatMap { CountryCode(letters: $0.utf8)?.asCountry }
    }

    /// The identifiers of one event.
    mutating func collect(
        _ envelope: borrowing ReadEnvelope, userData: UserData, properties: FieldScanner<PropertyField>,
        notes: inout NoteList
    ) -> [Identifier] {
        identifiers = []
        identifiers.reserveCapacity(8)
        if envelope.userID != nil {
            addUserID(envelope.userID)
        } else if let id = userData.externalID {
            add(.userID, id)
        }
        if envelope.type == .alias { addPrevious(envelope) }
        if let digest = userData[.email] { add(.email, digest) }
        if let digest = userData[.phone] { add(.phone, digest) }
        addTyped(envelope, properties, notes: &notes)
        for external in userData.otherExternalIDs { addPair(external.type, external.value, notes: &notes) }
        if let id = envelope.anonymousID, !id.isLossy { add(.anonymousID, BusinessIDs.protected(id, hasher)) }
        for click in userData.clickIDs {
            switch click.kind {
            case .fbp: add(.fbp, click.value)
            case .fbc: add(.fbc, click.value)
            case .gaClientID: add(.gaClientID, click.value)
            default: break
            }
        }
        if let id = userData.deviceID { add(.deviceID, id) }
        if let id = userData.advertisingID { add(.advertisingID, id) }
        if envelope.type == .merge { addMerged(envelope.mergeProperties, notes: &notes) }
        sortByTrust()
        if identifiers.count > Self.identifierLimit {
            identifiers.removeLast(identifiers.count - Self.identifierLimit)
        }
        return identifiers
    }

    // MARK: - Kinds of identifier

    /// Adds a user id; one that is an e-mail address or a phone number counts as that, too.
    private mutating func addUserID(_ id: SourceID?) {
        guard let id, !id.isLossy else { return }
        guard id.mayBePlain, let personal = PersonalID(id.text, hasher: hasher) else {
            add(.userID, id.text)
            return
        }
        add(.userID, personal.digest)
        add(personal.type, personal.digest)
    }

    /// Adds the id that an alias replaces.
    ///
    /// Senders put an old user id there as well as an anonymous one. Unless it is this event's own anonymous id, it is
    /// added as both, so that it meets earlier events whichever it was.
    private mutating func addPrevious(_ envelope: borrowing ReadEnvelope) {
        guard let previous = envelope.previousID, !previous.isLossy else { return }
        add(.anonymousID, BusinessIDs.protected(previous, hasher))
        if previous.text != envelope.anonymousID?.text { addUserID(previous) }
    }

    /// Adds the CRM's, the loyalty programme's and the shop's ids of the person.
    private mutating func addTyped(
        _ envelope: borrowing ReadEnvelope, _ properties: FieldScanner<PropertyField>, notes: inout NoteList
    ) {
        addTyped(.crmID, properties[.crmID], notes: &notes)
        addTyped(.leadID, properties[.leadID], notes: &notes)
        addTyped(.loyaltyID, properties[.loyaltyID], notes: &notes)
        addTyped(.customerID, properties[.customerID], notes: &notes)
        // A group's traits are about the group.
        addTyped(from: envelope.contextTraits, notes: &notes)
        if envelope.type != .group { addTyped(from: envelope.traits, notes: &notes) }
    }

    private mutating func addTyped(from object: JSONValue?, notes: inout NoteList) {
        guard let object, names.interests(of: object).contains(.personIDs) else { return }
        traits.scan(object, names)
        addTyped(.crmID, traits[.crmID], notes: &notes)
        addTyped(.leadID, traits[.leadID], notes: &notes)
        addTyped(.loyaltyID, traits[.loyaltyID], notes: &notes)
        addTyped(.customerID, traits[.customerID], notes: &notes)
    }

    private mutating func addTyped(_ type: IdentifierType, _ value: JSONValue?, notes: inout NoteList) {
        guard let value, case .id(let id) = SourceID.read(value, notes: &notes), !id.isLossy else { return }
        add(type, BusinessIDs.protected(id, hasher))
    }

    /// Adds the pairs that a merge call joins.
    private mutating func addMerged(_ pairs: JSONValue?, notes: inout NoteList) {
        guard let pairs, pairs.kind == .array else { return }
        for pair in pairs.elements {
            guard identifiers.count < Self.identifierLimit, let type = pair[Self.type]?.cleanText(notes: &notes),
                case .id(let id) = SourceID.read(pair[Self.value], notes: &notes), !id.isLossy
            else { continue }
            addPair(type, id.text, notes: &notes)
        }
    }

    /// Adds a value under a type that a sender named: one of ours in any spelling, else an external one.
    private mutating func addPair(_ name: String, _ value: String, notes: inout NoteList) {
        let folded = String(name.lowercased().filter { $0 != "_" && $0 != "-" && $0 != " " })
        switch folded {
        case "email", "emailaddress":
            let address = EmailText.address(in: value).map { Array($0.lowercased().utf8) }
            if !addHashed(.email, value, address) { notes.add(.emailInvalid) }
        case "phone", "phonenumber":
            if !addHashed(.phone, value, PhoneText.digits(of: value, country: defaultCountry)) {
                notes.add(.phoneInvalid)
            }
        case "userid": addUserID(SourceID(text: value))
        case "anonymousid": add(.anonymousID, BusinessIDs.protected(value, hasher))
        default:
            let known = IdentifierType.fixed.first { $0.name.filter { $0 != "_" } == folded }
            let type = known ?? .external(String(decoding: name.utf8.prefix(64), as: UTF8.self))
            add(type, BusinessIDs.protected(value, hasher))
        }
    }

    /// Adds a value that is a hash already, else the hash of the normalized value; false if it is neither.
    private mutating func addHashed(_ type: IdentifierType, _ value: String, _ normalized: [UInt8]?) -> Bool {
        guard let digest = Digest(hex: Array(value.lowercased().utf8)) ?? normalized.map({ hasher.digest(of: $0) })
        else { return false }
        add(type, digest)
        return true
    }

    // MARK: - Adding

    /// Puts the strongest first, by type and then by node; they mostly are already.
    private mutating func sortByTrust() {
        for index in identifiers.indices.dropFirst() where Self.precedes(identifiers[index], identifiers[index - 1]) {
            identifiers.sort(by: Self.precedes)
            return
        }
    }

    /// A node begins with its type's class and rank; only external types share a rank and are ordered by name first.
    private static func precedes(_ left: Identifier, _ right: Identifier) -> Bool {
        if left.node.trustRank != right.node.trustRank { return left.node.trustRank < right.node.trustRank }
        if case .external = left.type, left.type != right.type { return left.type < right.type }
        return left.node < right.node
    }

    private mutating func add(_ type: IdentifierType, _ value: String) {
        if !blocked.contains(value) { add(maker.identifier(type, value)) }
    }

    private mutating func add(_ type: IdentifierType, _ digest: Digest) {
        if !blocked.contains(digest) { add(maker.identifier(type, digest)) }
    }

    /// Adds an identifier unless it is there already: one type and value always have one node.
    private mutating func add(_ identifier: consuming Identifier) {
        let node = identifier.node
        for index in identifiers.indices where identifiers[index].node == node { return }
        identifiers.append(identifier)
    }

    private static let type: JSONKey = "type"
    private static let value: JSONKey = "value"
}

/// The members of traits that identify a person beside e-mail and phone.
enum PersonIDField: Int, ScannedField {
    case crmID, leadID, loyaltyID, customerID

    static let table = FieldTable<PersonIDField>()

    static func spelling(of name: MemberName) -> FieldSpelling { name.personID }

    var spellings: [String] {
        switch self {
        case .crmID: ["crm_id"]
        case .leadID: ["lead_id"]
        case .loyaltyID: ["loyalty_id"]
        case .customerID: ["customer_id"]
        }
    }
}
