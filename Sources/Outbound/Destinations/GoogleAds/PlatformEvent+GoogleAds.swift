import JSON

extension PlatformEvent {
    /// Whether the event has products.
    var namesProducts: Bool { value(.order, .items).map { $0.count > 0 } ?? false }

    /// `NEW`, `RETURNING` or `REENGAGED`, as the sender said, else by `new_customer` (reference google_ads, 1.2).
    var customerType: String? {
        if let type = property(.customerType)?.string?.uppercased(), Self.customerTypes.contains(type) { return type }
        return property(.newCustomer)?.flag.map { $0 ? "NEW" : "RETURNING" }
    }

    /// `LOW`, `MEDIUM` or `HIGH`, as the sender said.
    var customerValueBucket: String? {
        guard let bucket = property(.customerValueBucket)?.string?.uppercased() else { return nil }
        return Self.valueBuckets.contains(bucket) ? bucket : nil
    }

    private static let customerTypes: Set<String> = ["NEW", "RETURNING", "REENGAGED"]
    private static let valueBuckets: Set<String> = ["LOW", "MEDIUM", "HIGH"]

    /// The configured custom variables with their values, without what may be personal.
    func customVariables(_ options: GoogleAdsOptions) -> [(variable: String, value: String)] {
        options.customVariables.compactMap { property, variable in
            guard let value = self.property(property), isImpersonal(value) else { return nil }
            guard let text = value.idText ?? value.bool.map({ $0 ? "true" : "false" }) else { return nil }
            return (variable, text.cut(to: 100))
        }
    }
}
