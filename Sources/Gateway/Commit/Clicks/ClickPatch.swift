import EventModel
import JSON

/// Puts click ids into the JSON of a canonical event.
enum ClickPatch {
    /// The event with the ids that only a copy of it has, which came by another way; nil if there are none.
    ///
    /// Ids of a browser are taken only if the event names no other browser, a click of Meta's only if it has none.
    static func complete(_ canonical: [UInt8], with copy: PreparedEvent, _ document: JSONDocument) -> [UInt8]? {
        guard let user = (try? document.parse(canonical, limits: .stored))?[userDataKey] else { return nil }
        func has(_ name: String) -> Bool { user[name: name] != nil }
        let isOtherBrowser = user[name: "anonymous_id"]?.string.map { $0 != copy.anonymousID } ?? false
        let hasFacebookClick = has(ClickIDKind.fbclid.rawValue) || has(ClickIDKind.fbc.rawValue)
        let changes = copy.clickIDs.filter { id in
            if has(id.kind.rawValue) || isOtherBrowser && id.kind.isOfBrowser { return false }
            return !(hasFacebookClick && (id.kind == .fbclid || id.kind == .fbc))
        }
        return changes.isEmpty ? nil : apply(changes, to: canonical, document)
    }

    /// The event with these ids in its `user_data`, in the order in which the canonicalizer writes them, and their names
    /// in `user_data.remembered_ids`.
    ///
    /// - Complexity: O(bytes); runs only for events that something is remembered for.
    static func apply(_ changes: [UserData.ClickID], to canonical: [UInt8], _ document: JSONDocument) -> [UInt8] {
        // What the canonicalizer wrote always parses; should it not, the event as it is beats losing it.
        guard let root = try? document.parse(canonical, limits: .stored), let user = root[userDataKey] else {
            return canonical
        }
        var ids: [ClickIDKind: String] = [:]
        for member in user.members {
            if let kind = ClickIDKind(rawValue: member.name) { ids[kind] = member.value.string }
        }
        for change in changes { ids[change.kind] = change.value }
        let end = user.offset + user.rawBytes.count
        var json = JSONWriter(capacity: end - user.offset + 512)
        json.object { json in
            var hasWritten = false
            for member in user.members where ClickIDKind(rawValue: member.name) == nil {
                if member.name == rememberedName { continue }
                if member.name == "external_ids" {
                    write(ids, to: &json)
                    hasWritten = true
                }
                json.key(name: member.name)
                json.raw(member.value)
            }
            if !hasWritten { write(ids, to: &json) }
            json.key(name: rememberedName)
            json.array { json in
                for known in user[name: rememberedName].map({ Array($0.elements) }) ?? [] { json.raw(known) }
                for change in changes { json.value(change.kind.rawValue) }
            }
        }
        return canonical[..<user.offset] + json.bytes + canonical[end...]
    }

    private static let rememberedName = "remembered_ids"
    private static let userDataKey: JSONKey = "user_data"

    private static func write(_ ids: [ClickIDKind: String], to json: inout JSONWriter) {
        for kind in ClickIDKind.allCases {
            guard let value = ids[kind] else { continue }
            json.key(name: kind.rawValue)
            json.value(value)
        }
    }
}

extension JSONLimits {
    /// For events that the gateway wrote: one level deeper than what senders may nest, and with more values.
    static let stored = JSONLimits(depth: 256, valueCount: 1_000_000)
}
