import Canonicalizer
import EventModel

/// `docs/events.md`: the registry as a page, a table for each stage.
struct TaxonomyPage {
    /// The whole page.
    var text: String {
        var text = Self.head
        for stage in FunnelStage.allCases {
            let definitions = EventRegistry.definitions.filter { $0.stage == stage }
            text += "\n## \(Self.title(stage)) (\(definitions.count))\n\n"
            text += "| event | TrackStack | class | business id | source names |\n|---|---|---|---|---|\n"
            for definition in definitions { text += Self.row(definition) }
        }
        return text
    }

    private static let head = """
        # Events

        Every event that the gateway has a name for. `tracklayer taxonomy` prints the same list; this page is made from the code.

        An event is found by its canonical name, its TrackStack name or one of its source names, however they are spelled: case, camel case, separators, repeated blanks, full-width and other styled letters and invisible characters make no difference. An account's own names (`events` of a source) come first. A track call with another name becomes `custom.<name>`: it is stored and delivered where a destination lists it, and `tracklayer_events_unmapped_total` counts it. Names with † mean something else for many senders and are off unless a source lists them in `ambiguous_names`.

        **Business id**: the first of these that an event has tells its repetitions, whatever their `messageId`; parts joined with `+` count only together. A **bold** one also is the event's `event_id`. *Required* ones are noted when they are missing (`business_id_missing`), and a source with `strict: true` refuses the event.

        **Class**: what a destination's list of events must say for an advertising platform to get the event.

        | class | reaches an ad platform |
        |---|---|
        | `ordinary` | unless the destination lists other events |
        | `warehouse_first` | when listed, or when the destination has no list |
        | `warehouse_only`, `named_only` | only when listed by name |
        | `identity_only` | feeds identity, consent and privacy; only when listed by name |

        """

    private static func title(_ stage: FunnelStage) -> String {
        switch stage {
        case .awareness: "Awareness"
        case .interest: "Interest"
        case .acquisition: "Acquisition"
        case .activation: "Activation"
        case .revenue: "Revenue"
        case .product: "Product"
        case .ext: "Beyond TrackStack's 66"
        }
    }

    private static func row(_ definition: EventDefinition) -> String {
        let ids = definition.businessIDs.map { $0.isEventID ? "**\($0.name)**" : $0.name }.joined(separator: ", ")
        let required = definition.requiresBusinessID ? " *required*" : ""
        let cells = [
            "`\(definition.name.text)`", definition.trackStackName ?? "", definition.routing.rawValue, ids + required,
            definition.nameList.joined(separator: ", "),
        ]
        return "| \(cells.joined(separator: " | ")) |\n"
    }
}
