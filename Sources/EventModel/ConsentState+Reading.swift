public import JSON

extension ConsentState {
    private static let categoriesKey: JSONKey = "categories"
    private static let providerKey: JSONKey = "provider"
    private static let idKey: JSONKey = "id"
    private static let answerKey: JSONKey = "answer"
    private static let strategyKey: JSONKey = "resolution_strategy"
    private static let googleVendorKey: JSONKey = "tcf_google_vendor"
    private static let countryKey: JSONKey = "country"
    private static let purposeKeys = ConsentPurpose.allCases.map { ($0, JSONKey($0.rawValue)) }

    /// Reads back what decides from a stored event's `consent`: answers, categories and Google's vendor consent.
    ///
    /// An answer that is none of the three words counts as denied.
    public init(reading object: JSONValue) {
        self.init()
        for (purpose, key) in Self.purposeKeys {
            if let value = object[key] { self[purpose] = Self.answer(value) }
        }
        if let list = object[Self.categoriesKey] {
            for entry in list.elements {
                guard let id = entry[Self.idKey]?.string, let value = entry[Self.answerKey] else { continue }
                categories.append(
                    Category(provider: entry[Self.providerKey]?.string ?? "", id: id, answer: Self.answer(value)))
            }
        }
        resolutionStrategy = object[Self.strategyKey]?.string
        tcfGoogleVendor = object[Self.googleVendorKey]?.bool
        country = object[Self.countryKey]?.string
    }

    private static func answer(_ value: JSONValue) -> ConsentAnswer {
        value.string.flatMap(ConsentAnswer.init(rawValue:)) ?? .denied
    }
}
