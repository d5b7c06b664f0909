public import Canonicalizer
import EventModel
import JSON

/// The registry of events, as operators and integrators read it.
///
/// Everything here is made from ``EventRegistry``, so it cannot differ from what the gateway does.
public struct Taxonomy: Sendable {
    /// The rows, in the registry's order.
    public let definitions: [EventDefinition]

    /// The whole registry, or one stage of it.
    public init(stage: FunnelStage? = nil) {
        definitions = EventRegistry.definitions.filter { stage == nil || $0.stage == stage }
    }

    /// The stages by name, for a command line.
    public static let stageNames: [String] = FunnelStage.allCases.map(\.rawValue)

    /// One JSON object a row, in one array.
    public var json: String {
        var json = JSONWriter(capacity: 64 << 10)
        json.array { json in
            for definition in definitions {
                json.object { json in
                    json.member("event_name", definition.name.text)
                    json.member("trackstack_name", definition.trackStackName)
                    json.member("stage", definition.stage.rawValue)
                    json.member("class", definition.routing.rawValue)
                    json.key("business_ids")
                    json.array { json in for choice in definition.businessIDs { json.value(choice.name) } }
                    json.member("requires_business_id", definition.requiresBusinessID)
                    json.member("event_id_from", definition.eventIDSource)
                    json.key("call")
                    json.array { json in for call in definition.calls { json.value(call) } }
                    json.key("source_names")
                    json.array { json in for name in definition.sourceNames { json.value(name) } }
                    json.key("ambiguous_names")
                    json.array { json in for name in definition.ambiguousNames { json.value(name) } }
                }
            }
        }
        return json.text
    }

    /// The rows as lines of text under a head, in columns.
    public var table: String {
        let head = ["EVENT", "TRACKSTACK", "STAGE", "CLASS", "BUSINESS ID", "SOURCE NAMES"]
        let rows = [head] + definitions.map(\.cells)
        let widths = head.indices.dropLast().map { column in rows.map { $0[column].count }.max() ?? 0 }
        return rows.map { row in
            let columns = zip(row, widths).map { $0 + String(repeating: " ", count: $1 - $0.count) }
            return (columns + [row[row.count - 1]]).joined(separator: "  ")
        }.joined(separator: "\n")
    }
}

extension EventDefinition {
    /// The calls that mean this event whatever they are named.
    var calls: [String] {
        switch name.text {
        case "page_view": ["page"]
        case "screen_view": ["screen"]
        case "profile_update": ["identify"]
        case "group_update": ["group"]
        case "identity_link": ["alias", "merge"]
        case "privacy_delete": ["delete"]
        default: []
        }
    }

    /// The business id that becomes the event's id, where there is one.
    var eventIDSource: String {
        let names = businessIDs.filter(\.isEventID).map(\.name)
        return (names + ["message_id"]).joined(separator: ", ")
    }

    /// What a table of text has of the row.
    fileprivate var cells: [String] {
        let ids = businessIDs.map(\.name).joined(separator: ", ")
        return [
            name.text, trackStackName ?? "-", stage.rawValue, routing.rawValue, ids.isEmpty ? "-" : ids,
            nameList.isEmpty ? "-" : nameList.joined(separator: ", "),
        ]
    }

    /// Calls, names and ambiguous names, as people write them.
    var nameList: [String] {
        calls.map { "\($0) call" } + sourceNames + (name.text == "page_view" ? ["Viewed … Page"] : [])
            + ambiguousNames.map { "\($0) †" }
    }
}
