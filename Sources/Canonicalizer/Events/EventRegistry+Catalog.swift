public import EventModel

extension EventRegistry {
    /// What routing needs of every row.
    public static let catalog = EventCatalog(
        Dictionary(
            uniqueKeysWithValues: definitions.map {
                ($0.name.text, EventCatalog.Entry(routing: $0.routing, requirement: $0.requirement))
            }))

    /// The row of TrackStack's PascalCase name, or of the canonical name; nil for any other.
    public static func definition(listedAs name: String) -> EventDefinition? {
        definition(named: name) ?? byTrackStackName[name]
    }

    private static let byTrackStackName = Dictionary(
        uniqueKeysWithValues: definitions.compactMap { row in row.trackStackName.map { ($0, row) } })
}

extension EventDefinition {
    /// What a good event of the family has (seed "Event quality gates"): an order its money, a refund its order.
    public var requirement: EventRequirement {
        switch valueRule {
        case .order where routing == .ordinary || routing == .warehouseFirst: [.value, .currency]
        case .refund: [.orderReference]
        case .order, .checkout, .product, .plain: []
        }
    }
}
