import JSON

/// What is read about a person (reference inbound, 4.3).
enum PersonField: UInt8, Sendable, CaseIterable {
    case email, phone, firstName, lastName, fullName, birthDate, gender, id
    case address, shippingAddress, billingAddress
    case street, city, state, postalCode, country

    /// The names a field goes by, in the order in which they are tried.
    private var names: [String] {
        switch self {
        case .email: ["email", "Email", "emailAddress", "user_email"]
        case .phone: ["phone", "phoneNumber", "phone_number", "mobile"]
        case .firstName: ["firstName", "first_name", "firstname"]
        case .lastName: ["lastName", "last_name", "lastname"]
        case .fullName: ["name"]
        case .birthDate: ["birthday", "dob", "dateOfBirth", "date_of_birth", "birthdate"]
        case .gender: ["gender"]
        case .id: ["id", "userId"]
        case .address: ["address"]
        case .shippingAddress: ["shipping_address"]
        case .billingAddress: ["billing_address"]
        case .street: ["street", "street_address", "address1", "address_line_1", "line1"]
        case .city: ["city"]
        case .state: ["state", "region", "province"]
        case .postalCode: ["zip", "postalCode", "postal_code", "zipcode"]
        case .country: ["country", "countryCode"]
        }
    }

    /// Whether the field may come from an event's properties.
    ///
    /// Names such as `name`, `state` and `id` mean something else there.
    private var isTakenFromProperties: Bool {
        switch self {
        case .email, .phone, .firstName, .lastName, .birthDate, .address, .shippingAddress, .billingAddress: true
        default: false
        }
    }

    private var isPartOfAddress: Bool { rawValue >= PersonField.street.rawValue }

    static let inTraits = table(of: allCases)
    static let inAddresses = table(of: allCases.filter(\.isPartOfAddress))
    static let inProperties = table(of: allCases.filter(\.isTakenFromProperties))

    private static func table(of fields: [PersonField]) -> FoldedTable<PersonField> {
        var rows: [(String, PersonField)] = []
        var seen: Set<FoldedName> = []
        for field in fields {
            for name in field.names where seen.insert(FoldedName(known: name)).inserted { rows.append((name, field)) }
        }
        return FoldedTable(rows)
    }

    /// How well a name fits: lower is better.
    ///
    /// Exact names come first, in their order; then those that differ in case; then those without `_` and `-`.
    func rank(of name: JSONText) -> UInt8 {
        let spellings = Self.spellings[Int(rawValue)]
        if let exact = spellings.firstIndex(where: { name.isEqual(to: $0.exact) }) { return UInt8(exact) }
        if let cased = spellings.firstIndex(where: { name.isEqualIgnoringCase($0.lowercase) }) {
            return 16 + UInt8(cased)
        }
        let folded = FoldedName(name)
        return 32 + UInt8(spellings.firstIndex { $0.folded == folded } ?? 15)
    }

    private struct Spelling: Sendable {
        let exact: [UInt8]
        let lowercase: [UInt8]
        let folded: FoldedName
    }

    private static let spellings: [[Spelling]] = allCases.map { field in
        field.names.map {
            Spelling(exact: Array($0.utf8), lowercase: Array($0.lowercased().utf8), folded: FoldedName(known: $0))
        }
    }
}
