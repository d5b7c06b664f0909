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
    private let names: NameBook

    /// A sanitizer; with `keepsPlain`, personal data stays and only secrets and card data go.
    init(hasher: SHA256, keepsPlain: Bool, names: NameBook = NameBook()) {
        self.hasher = hasher
        self.keepsPlain = keepsPlain
        self.names = names
    }

    /// One JSON object with what may be kept; `{}` for anything but an object, and nothing for missing integrations.
    ///
    /// - Complexity: O(bytes); allocates the copy and, where addresses are hashed or taken out, their replacement.
    func copy(_ object: JSONValue?, role: Role, notes: inout NoteList) -> [UInt8] {
        guard let object, object.kind == .object else { return role == .integrations ? [] : Array("{}".utf8) }
        if isClean(object, role: role) { return object.sourceText.bytes }
        var copy = SanitizedCopy(
            of: object, hasher: hasher, keepsPlain: keepsPlain, takesOnlyCards: role == .envelope, names: names,
            notes: notes)
        copy.walk(object, role: role)
        return copy.finish(notes: &notes)
    }

    /// Whether nothing has to go: no name in the object says so, and no text in it can hold an address or a query.
    private func isClean(_ object: JSONValue, role: Role) -> Bool {
        if role == .context || !object.textOddities.isEmpty { return false }
        let interests = names.interests(of: object)
        guard interests.isDisjoint(with: role == .traits ? [.privacyBelow, .plainName] : .privacyBelow) else {
            return false
        }
        let text = object.sourceText
        return !text.contains(UInt8(ascii: "=")) && !AddressScanner.mayHold(source: text)
    }

    /// Whether a copy of an object would hold none of its members, as all are personal by name.
    ///
    /// May say no where it would; what it says yes to needs no note.
    func keepsNothing(of object: JSONValue, role: Role) -> Bool {
        if keepsPlain { return false }
        for member in object.allMembers {
            let name = names[member].privacy
            let kind = member.value.kind
            guard !name.hasAddress, kind != .bool, kind != .null, !member.isShadowed else { return false }
            switch name.meaning(in: role.scope) {
            case .personal, .secret: continue
            case .cardNumber, .cardCode, .card, nil: return false
            }
        }
        return true
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
    private let names: NameBook
    private let source: JSONText
    /// Whether the text has repeated keys, half surrogate pairs or numbers that are none, which the copy must not have.
    private let hasOddities: Bool
    /// Whether what is walked could hold an address, and whether it could hold a query.
    private var mayHoldAddress = true
    private var mayHoldQuery = true
    private var output: [UInt8] = []
    /// What of the source is in the output or left out already, as an offset in the document.
    private var cursor: Int

    private static let removed = Array("\"[removed]\"".utf8)

    init(
        of object: JSONValue, hasher: SHA256, keepsPlain: Bool, takesOnlyCards: Bool, names: NameBook, notes: NoteList
    ) {
        self.names = names
        hasOddities = !object.textOddities.isEmpty
        self.notes = notes
        self.hasher = hasher
        self.keepsPlain = keepsPlain
        self.takesOnlyCards = takesOnlyCards
        source = object.sourceText
        cursor = source.startIndex
    }

    mutating func walk(_ object: JSONValue, role: Sanitizer.Role) {
        if role != .context { look(at: object) }
        if role == .context || !isClean(object, scope: role.scope) { walk(object, scope: role.scope) }
    }

    /// Finds out at a glance what need not be looked for in a value.
    private mutating func look(at value: JSONValue) {
        let text = value.sourceText
        mayHoldAddress = !keepsPlain && !takesOnlyCards && AddressScanner.mayHold(source: text)
        mayHoldQuery = text.contains(UInt8(ascii: "=")) || AddressScanner.hasEscapedCharacters(text)
    }

    /// Whether nothing in an object has to go: no name says so, and a glance has shown that no text needs a look.
    private func isClean(_ object: JSONValue, scope: Scope) -> Bool {
        if hasOddities || mayHoldAddress || mayHoldQuery { return false }
        let interests = names.interests(of: object)
        return switch scope {
        case .plain: !interests.contains(.privacyBelow)
        case .traits: interests.isDisjoint(with: [.privacyBelow, .plainName])
        case .context, .device, .card: false
        }
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
            let name = names[member].privacy
            if isDropped(member, name, scope: scope) {
                skip(from: keptEnd, to: end)
                continue
            }
            // Much of a context goes, with most of its addresses: so each member is looked at for itself.
            if scope == .context { look(at: value) }
            let kind = value.kind
            let meaning = name.meaning(in: scope)
            if removes(name, kind, meaning) {
                skip(from: keptEnd, to: end)
                continue
            }
            // The comma after members that are gone from the front would be one too many.
            if !hasKept, cursor > open { cursor = member.nameOffset }
            hasKept = true
            keptEnd = end
            if takesOnlyCards, name.isWriteKey, kind == .string || kind == .number {
                replace(value, with: Self.removed)
                continue
            }
            visit(value, kind, meaning, scope: scope.inside(name))
        }
    }

    private mutating func visit(_ value: JSONValue, _ kind: JSONKind, _ meaning: SensitiveName?, scope: Scope) {
        switch kind {
        case .object:
            let scope = meaning.isAboutCards ? .card : scope
            if !isClean(value, scope: scope) { walk(value, scope: scope) }
        case .array: for element in value.elements { visit(element, element.kind, meaning, scope: scope) }
        case .string: visitString(value, meaning, scope: scope)
        case .number: if isCardData(value, meaning, scope: scope) { removeCardData(value) }
        case .null:
            if value.isNonFinite, !takesOnlyCards { replace(value, with: Array("null".utf8)) }  // NaN is no JSON
        case .bool: break
        }
    }

    // MARK: Names

    /// Whether a member goes whatever it holds: void, or kept elsewhere.
    private func isDropped(_ member: JSONMember, _ name: NamePrivacy, scope: Scope) -> Bool {
        if takesOnlyCards { return false }
        return switch scope {
        case .context: member.isShadowed || name.isKeptElsewhere
        case .device: member.isShadowed || name.isDeviceID
        case .plain, .traits, .card: member.isShadowed
        }
    }

    private mutating func removes(_ name: NamePrivacy, _ kind: JSONKind, _ meaning: SensitiveName?) -> Bool {
        if takesOnlyCards { return false }
        if !keepsPlain, name.hasAddress {
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

    // MARK: Values

    private mutating func visitString(_ value: JSONValue, _ meaning: SensitiveName?, scope: Scope) {
        if isCardData(value, meaning, scope: scope) { return removeCardData(value) }
        guard mayHoldAddress || mayHoldQuery || hasOddities, let text = value.text else { return }
        // Where addresses are taken out, so are all parameters that are named for card data.
        if takesOnlyCards || keepsPlain, mayHoldQuery, takeCards(fromURL: text, in: value) { return }
        if takesOnlyCards { return }
        // The page's URL has been looked through for the same.
        if value.isMarkedString, !value.hasLoneSurrogate { return }
        if mayHoldAddress, AddressScanner.mayHold(text) {
            if let address = AddressScanner.firstAddress(in: text, from: text.startIndex) {
                return takeOut(address, of: text, in: value)
            }
            if URLCleaner.userInfo(in: text) != nil { return cleanURL(text, in: value) }
        }
        if mayHoldQuery, !keepsPlain, text.contains(UInt8(ascii: "=")), !URLCleaner.hasCleanParameters(text),
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
        replace(value, withString: AddressScanner.replacing(text.bytes, with: Array("[removed]".utf8)))
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

extension SanitizedCopy.Scope {
    /// Where a member's value is that stands here.
    fileprivate func inside(_ name: NamePrivacy) -> Self {
        switch self {
        case .context: name.isDevice ? .device : .plain
        case .device, .traits: .plain
        case .plain, .card: self
        }
    }
}

extension NamePrivacy {
    /// What the name means where it stands.
    fileprivate func meaning(in scope: SanitizedCopy.Scope) -> SensitiveName? {
        switch scope {
        case .card: isNumber ? .cardNumber : isHolder ? .personal : meaning
        // In any case, as names of traits are matched in any case.
        case .traits: isName ? .personal : meaning
        case .plain, .context, .device: meaning
        }
    }
}
