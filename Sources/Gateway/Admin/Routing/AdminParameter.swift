import EventModel
import Platform

/// A part of a path or of a query that a route takes.
struct AdminParameter: Sendable, Equatable {
    /// What its value must be.
    enum Kind: Sendable, Equatable {
        /// Any text that is not empty and has at most so many characters (Unicode scalars).
        case text(limit: Int)
        case integer(ClosedRange<Int>)
        /// The number of an event: at most 19 digits, which lasts for two hundred years.
        case sequence
        /// The name of a delivery: the event's number, a slash, the destination.
        case delivery
        /// The name of a profile, or of an identifier's node.
        case profile
        /// The name of an identifier's type.
        case identifierType
        /// `true` or `false`.
        case flag
        /// RFC 3339.
        case time
        case choice([String])
        /// `next_cursor` of an earlier answer; see ``AdminCursor``.
        case cursor
    }

    let name: String
    let kind: Kind
    /// One sentence for the document.
    let summary: String
    /// Whether values may tell who somebody is, so that they are kept out of the audit log.
    var isPersonal = false
    /// Whether it stands for all that is left of the path, slashes included; only for the last part.
    var takesRest = false
    /// Whether a call without it is refused; those of the path are there anyway.
    var isRequired = false

    init(
        _ name: String, _ kind: Kind, _ summary: String, isPersonal: Bool = false, takesRest: Bool = false,
        isRequired: Bool = false
    ) {
        self.name = name
        self.kind = kind
        self.summary = summary
        self.isPersonal = isPersonal
        self.takesRest = takesRest
        self.isRequired = isRequired
    }

    /// A text of at most 512 characters.
    static func text(_ name: String, _ summary: String, isPersonal: Bool = false) -> AdminParameter {
        AdminParameter(name, .text(limit: 512), summary, isPersonal: isPersonal)
    }

    /// The place in a list where a page begins.
    static let cursor = AdminParameter("cursor", .cursor, "`next_cursor` of the page before, as it is.")

    /// How many entries a page has at most.
    static func limit(_ usual: Int = 100, most: Int = 500) -> AdminParameter {
        AdminParameter("limit", .integer(1...most), "Entries of a page at most; \(usual) if it is not given.")
    }

    /// The number of an event.
    static let sequence = AdminParameter("sequence", .sequence, "The event's number, as lists and `explain` show it.")

    /// The value if it is one of this kind, as handlers get it.
    ///
    /// - Throws: ``AdminFailure`` with what to write instead.
    func check(_ value: String) throws(AdminFailure) {
        switch kind {
        case .text(let limit):
            // As JSON Schema counts `maxLength`.
            guard !value.isEmpty, value.unicodeScalars.count <= limit else {
                throw .parameter(name, "give a text of 1 to \(limit) characters")
            }
        case .integer(let range):
            guard let number = Int(digits: value), range.contains(number) else {
                throw .parameter(name, "give a whole number from \(range.lowerBound) to \(range.upperBound)")
            }
        case .sequence:
            guard value.utf8.count <= 19, UInt64(digits: value) != nil else {
                throw .parameter(name, "give the number of an event, as lists show it")
            }
        case .delivery:
            let parts = value.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, !parts[1].isEmpty, parts[0].utf8.count <= 19,
                UInt64(digits: String(parts[0])) != nil
            else { throw .parameter(name, "give SEQUENCE/DESTINATION, as the list shows it") }
        case .profile:
            guard ProfileID(value) != nil else {
                throw .parameter(name, "give prf_ and 32 hexadecimal digits, as explain shows it")
            }
        case .identifierType:
            guard IdentifierType(name: value) != nil else {
                let known = IdentifierType.fixed.map(\.name)
                let nearest = Spelling.nearest(to: value, among: known).map { "did you mean \($0)? " } ?? ""
                throw .parameter(name, "\(nearest)known are \(known.joined(separator: ", ")), external.NAME")
            }
        case .flag:
            guard value == "true" || value == "false" else { throw .parameter(name, "give true or false") }
        case .time:
            guard AdminTime.timestamp(value) != nil else {
                throw .parameter(name, "write a time as 2026-01-31T12:00:00Z; in a URL a plus is %2B")
            }
        case .choice(let known):
            guard known.contains(value) else {
                let nearest = Spelling.nearest(to: value, among: known).map { "did you mean \($0)? " } ?? ""
                throw .parameter(name, "\(nearest)known are \(known.joined(separator: ", "))")
            }
        case .cursor:
            guard AdminCursor.isWhole(value) else { throw AdminCursor.failure }
        }
    }
}

extension FixedWidthInteger {
    /// The number that decimal digits mean, without a sign; nil for anything else.
    init?(digits text: String) {
        guard !text.isEmpty, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        self.init(text)
    }
}

/// Times in queries.
enum AdminTime {
    /// A time as RFC 3339 writes it, to the millisecond; nil for anything else.
    static func timestamp(_ text: String) -> Timestamp? {
        guard let second = RFC3339.timestamp(text) else { return nil }
        let fraction = text.utf8.dropFirst(19)
        guard fraction.first == UInt8(ascii: ".") else { return second }
        let digits = fraction.dropFirst().prefix { (0x30...0x39).contains($0) }.prefix(3)
        let value = digits.reduce(Int64(0)) { $0 * 10 + Int64($1 - 0x30) }
        let scale: Int64 = digits.count == 1 ? 100 : digits.count == 2 ? 10 : 1
        return Timestamp(milliseconds: second.milliseconds + value * scale)
    }
}
