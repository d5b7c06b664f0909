import Crypto
import EventModel
import JSON

/// Copies an object of an event without what must not be kept: personal data, secrets, card data.
///
/// Members named for personal data or secrets are left out. E-mail addresses under any other name become their SHA-256,
/// and inside of texts and URLs they are taken out. Card numbers and codes become `[removed]` (reference inbound,
/// section 9, row 84). An object without any of these is copied in one go.
struct Sanitizer {
    /// Which object of the envelope is copied.
    enum Role: Sendable {
        case properties
        /// Traits of a person: a plain `name` is theirs, where in properties it is a product's or a page's.
        case traits
        /// Loses also what an event keeps elsewhere: traits, addresses, ids and consent.
        case context
        case integrations
        /// A whole envelope that is kept as it came: loses card data and write keys, and nothing else changes by a byte.
        case envelope
    }

    private let hasher: SHA256
    private let keepsPlain: Bool

    /// A sanitizer; with `keepsPlain`, personal data stays and only secrets and card data go.
    init(hasher: SHA256, keepsPlain: Bool) {
        self.hasher = hasher
        self.keepsPlain = keepsPlain
    }

    /// One JSON object with what may be kept; `{}` for anything but an object, and nothing for missing integrations.
    ///
    /// - Complexity: O(bytes); allocates the copy and, where addresses are hashed or taken out, their replacement.
    mutating func copy(_ object: JSONValue?, role: Role, notes: inout NoteList) -> [UInt8] {
        guard let object, object.kind == .object else { return role == .integrations ? [] : Array("{}".utf8) }
        var copy = SanitizedCopy(
            of: object, hasher: hasher, keepsPlain: keepsPlain, takesOnlyCards: role == .envelope, notes: notes)
        copy.walk(object, role: role)
        return copy.finish(notes: &notes)
    }
}

extension Sanitizer.Role {
    fileprivate var scope: SanitizedCopy.Scope {
        switch self {
        case .properties, .integrations, .envelope: .plain
        case .traits: .traits
        case .context: .context
        }
    }
}

/// One object on its way through the sanitizer.
private struct SanitizedCopy: ~Copyable {
    /// Where in the event a value is.
    enum Scope {
        case plain, traits, context, device
        /// Under a name that says "card".
        case card
    }

    private var notes: NoteList
    private let hasher: SHA256
    private let keepsPlain: Bool
    /// Whether everything stays but card data and write keys.
    private let takesOnlyCards: Bool
    private let source: JSONText
    /// Whether what is walked could hold an address, and whether it could hold a query.
    private var mayHoldAddress = false
    private var mayHoldQuery = false
    private var output: [UInt8] = []
    /// What of the source is in the output or left out already, as an offset in the document.
    private var cursor: Int

    /// Up to this size it is as quick to look at every string.
    private static let smallByteCount = 96

    private static let removed = Array("\"[removed]\"".utf8)

    init(of object: JSONValue, hasher: SHA256, keepsPlain: Bool, takesOnlyCards: Bool, notes: NoteList) {
        self.notes = notes
        self.hasher = hasher
        self.keepsPlain = keepsPlain
        self.takesOnlyCards = takesOnlyCards
        source = object.sourceText
        cursor = source.startIndex
    }

    mutating func walk(_ object: JSONValue, role: Sanitizer.Role) {
        if role != .context { look(at: object) }
        walk(object, scope: role.scope)
    }

    /// Finds out at a glance what need not be looked for in a value.
    private mutating func look(at value: JSONValue) {
        if keepsPlain || takesOnlyCards { return }
        let text = value.sourceText
        guard text.count > Self.smallByteCount else {
            mayHoldAddress = true
            mayHoldQuery = true
            return
        }
        mayHoldAddress = AddressScanner.mayHold(source: text)
        mayHoldQuery = text.contains(UInt8(ascii: "="))
    }

    /// The copy; `notes` gets what there is to say.
    consuming func finish(notes: inout NoteList) -> [UInt8] {
        notes = self.notes
        guard cursor > source.startIndex else { return source.bytes }
        source[cursor..<source.endIndex].append(to: &output)
        return output
    }

    // MARK: Walking

    private mutating func walk(_ object: JSONValue, scope: Scope) {
        let open = object.offset + 1
        var keptEnd = open
        var hasKept = false
        for member in object.allMembers {
            let value = member.value
            let end = value.endOffset
            if isDropped(member, scope: scope) {
                skip(from: keptEnd, to: end)
                continue
            }
            // Much of a context goes, with most of its addresses: so each member is looked at for itself.
            if scope == .context { look(at: value) }
            let name = member.nameText
            let kind = value.kind
            let meaning = meaning(of: name, scope: scope)
            if removes(name, kind, meaning) {
                skip(from: keptEnd, to: end)
                continue
            }
            // The comma after members that are gone from the front would be one too many.
            if !hasKept, cursor > open { cursor = member.nameOffset }
            hasKept = true
            keptEnd = end
            if takesOnlyCards, Self.isWriteKey(name), kind == .string || kind == .number {
                replace(value, with: Self.removed)
                continue
            }
            visit(value, kind, meaning, scope: childScope(of: name, scope: scope))
        }
    }

    private mutating func visit(_ value: JSONValue, _ kind: JSONKind, _ meaning: SensitiveName?, scope: Scope) {
        switch kind {
        case .object: walk(value, scope: meaning.isAboutCards ? .card : scope)
        case .array: for element in value.elements { visit(element, element.kind, meaning, scope: scope) }
        case .string: visitString(value, meaning, scope: scope)
        case .number: if isCardData(value, meaning, scope: scope) { removeCardData(value) }
        case .null:
            if value.isNonFinite, !takesOnlyCards { replace(value, with: Array("null".utf8)) }  // NaN is no JSON
        case .bool: break
        }
    }

    private func childScope(of name: JSONText, scope: Scope) -> Scope {
        switch scope {
        case .context: name.isEqual(to: Self.device) ? .device : .plain
        case .device, .traits: .plain
        case .plain, .card: scope
        }
    }

    // MARK: Names

    /// Whether a member goes whatever it holds: void, or kept elsewhere.
    private func isDropped(_ member: JSONMember, scope: Scope) -> Bool {
        if takesOnlyCards { return false }
        return switch scope {
        case .context: member.isShadowed || Self.keptElsewhere[member] != nil
        case .device: member.isShadowed || Self.deviceIDs[member] != nil
        case .plain, .traits, .card: member.isShadowed
        }
    }

    private func meaning(of name: JSONText, scope: Scope) -> SensitiveName? {
        if scope == .card {
            if name.isEqual(to: Self.number) { return .cardNumber }
            if name.isEqual(to: Self.name) || name.isEqual(to: Self.holder) { return .personal }
        }
        // In any case, as names of traits are matched in any case.
        if scope == .traits, name.elementsEqual(Self.name, by: { $0 | 0x20 == $1 }) { return .personal }
        return SensitiveName(name)
    }

    private mutating func removes(_ name: JSONText, _ kind: JSONKind, _ meaning: SensitiveName?) -> Bool {
        if takesOnlyCards { return false }
        if mayHoldAddress, AddressScanner.mayHold(name),
            AddressScanner.firstAddress(in: name, from: name.startIndex) != nil
        {
            notes.add(.personalDataRemoved)
            return true
        }
        guard kind != .bool, kind != .null else { return false }
        switch meaning {
        case .personal: return !keepsPlain
        case .secret: return true
        case .cardNumber, .cardCode, .card, nil: return false
        }
    }

    /// Whether a name is `writeKey` in any spelling: it is what the sender proves itself with.
    private static func isWriteKey(_ name: JSONText) -> Bool {
        guard 8...9 ~= name.count else { return false }
        return name.lazy.filter(ASCII.isLetter).map { $0 | 0x20 }.elementsEqual(writeKey)
    }

    private static let writeKey = Array("writekey".utf8)
    private static let number = Array("number".utf8)
    private static let name = Array("name".utf8)
    private static let holder = Array("holder".utf8)
    private static let device = Array("device".utf8)

    /// Members of a context that the event keeps in fields of its own, or that nobody needs after ingestion.
    private static let keptElsewhere = NameTable<Bool>(
        [
            "traits", "ip", "request_ip", "userAgent", "user_agent", "externalId", "externalIds", "consent",
            "consentManagement", "google_consent", "tcf", "tcString", "euconsent-v2", "gpp", "gpp_sid", "gppSid",
            "us_privacy", "gpc", "globalPrivacyControl", "dataProcessingOptions", "cookies", "writeKey",
        ].map { ($0, true) })

    private static let deviceIDs = NameTable<Bool>(
        ["id", "advertisingId", "token", "idfa", "idfv"].map { ($0, true) })

    // MARK: Values

    private mutating func visitString(_ value: JSONValue, _ meaning: SensitiveName?, scope: Scope) {
        if isCardData(value, meaning, scope: scope) { return removeCardData(value) }
        guard let text = value.text else { return }
        // Where addresses are taken out, so are all parameters that are named for card data.
        if takesOnlyCards || keepsPlain, takeCards(fromURL: text, in: value) || takesOnlyCards { return }
        if mayHoldAddress, AddressScanner.mayHold(text) {
            if let address = AddressScanner.firstAddress(in: text, from: text.startIndex) {
                return takeOut(address, of: text, in: value)
            }
            if URLCleaner.userInfo(in: text) != nil { return cleanURL(text, in: value) }
        }
        if mayHoldQuery, text.contains(UInt8(ascii: "=")), !URLCleaner.hasCleanParameters(text),
            URLCleaner.applies(to: text)
        {
            return cleanURL(text, in: value)
        }
        if value.hasLoneSurrogate { replace(value, withString: text.bytes) }  // other readers refuse it
    }

    private func isCardData(_ value: JSONValue, _ meaning: SensitiveName?, scope: Scope) -> Bool {
        guard meaning.isAboutCards || scope == .card, let text = value.scalarText else { return false }
        switch meaning {
        case .cardCode: return !text.isEmpty
        case .cardNumber: return CardNumber.hasManyDigits(text) || CardNumber.occurs(in: text)
        default: return CardNumber.occurs(in: text)
        }
    }

    /// Takes card data out of the parameters of a text that is a URL or a query; false if there is none.
    private mutating func takeCards(fromURL text: JSONText, in value: JSONValue) -> Bool {
        guard text.contains(UInt8(ascii: "=")), URLCleaner.applies(to: text) else { return false }
        var bytes: [UInt8] = []
        guard URLCleaner.appendWithoutCards(text, to: &bytes) else { return false }
        notes.add(.cardDataRemoved)
        replace(value, withString: bytes)
        return true
    }

    private mutating func removeCardData(_ value: JSONValue) {
        notes.add(.cardDataRemoved)
        replace(value, with: Self.removed)
    }

    /// Replaces a text that is one address by its hash, and takes addresses out of any other.
    private mutating func takeOut(_ address: Range<Int>, of text: JSONText, in value: JSONValue) {
        let whole = text.trimmed
        if address == whole.startIndex..<whole.endIndex {
            var bytes = ByteBuffer()
            if EmailAddress.read(whole, into: &bytes) != nil {
                notes.add(.personalDataHashed)
                return replace(value, withString: Array(bytes.digest(by: hasher).hex.utf8))
            }
        }
        if URLCleaner.applies(to: text) { return cleanURL(text, in: value) }
        notes.add(.personalDataRemoved)
        var bytes = text.bytes
        var start = 0
        let marker = Array("[removed]".utf8)
        while let next = AddressScanner.firstAddress(in: bytes, from: start) {
            bytes.replaceSubrange(next, with: marker)
            start = next.lowerBound + marker.count
        }
        replace(value, withString: bytes)
    }

    private mutating func cleanURL(_ text: JSONText, in value: JSONValue) {
        notes.add(.personalDataRemoved)
        var bytes: [UInt8] = []
        URLCleaner.append(text, to: &bytes)
        replace(value, withString: bytes)
    }

    // MARK: Output

    /// Leaves a stretch of the source out.
    private mutating func skip(from start: Int, to end: Int) {
        if output.isEmpty { output.reserveCapacity(source.count) }
        if cursor < start { source[cursor..<start].append(to: &output) }
        cursor = end
    }

    private mutating func replace(_ value: JSONValue, with json: [UInt8]) {
        let range = value.sourceText
        skip(from: range.startIndex, to: range.endIndex)
        output.append(contentsOf: json)
    }

    private mutating func replace(_ value: JSONValue, withString text: [UInt8]) {
        let range = value.sourceText
        skip(from: range.startIndex, to: range.endIndex)
        output.append(UInt8(ascii: "\""))
        unsafe text.withUnsafeBufferPointer { unsafe JSONEscape.append($0, to: &output) }
        output.append(UInt8(ascii: "\""))
    }
}

extension SensitiveName? {
    /// Whether a value under such a name may be card data.
    fileprivate var isAboutCards: Bool { self == .cardNumber || self == .cardCode || self == .card }
}
