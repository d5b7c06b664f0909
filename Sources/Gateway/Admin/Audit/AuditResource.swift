import EventModel
import Inbound
import JSON
import Platform
import Storage

/// `/api/audit`: who had what done.
struct AuditResource: AdminResource {
    let log: AuditLog

    private static let list = "audit"
    /// How many entries one page looks at.
    private static let lookLimit = 2000

    var routes: [AdminRoute] {
        [
            AdminRoute(
                method: .get, path: "/api/audit", name: "list_audit_entries", role: .read,
                summary: "What operators had done, the newest first.",
                parameters: [
                    .text("actor", "Only orders of this token, or `SIGHUP`."),
                    .text("action", "Only this order, such as `hold_destination`."),
                    AdminParameter(
                        "outcome", .choice(AuditEntry.Outcome.allCases.map(\.rawValue)), "Only orders that ended so."),
                    AdminParameter("from", .time, "Only orders given at this time or later."),
                    AdminParameter("to", .time, "Only orders given before this time."), .limit(), .cursor,
                ],
                answer: .page("AuditPage", of: Self.entrySchema, as: "entries"),
                perform: { AdminReply(try list($0)) })
        ]
    }

    private static var entrySchema: AdminSchema {
        .object(
            "AuditEntry",
            [
                AdminField("number", .sequence), AdminField("time", .time),
                AdminField("actor", .text("The name of the token, or `SIGHUP`.")),
                .maybe("remote_address", .text()), AdminField("action", .text("The route's `operationId`.")),
                AdminField("subject", .text("What it was about.")),
                AdminField("outcome", .choice(AuditEntry.Outcome.allCases.map(\.rawValue))),
                .maybe("detail", .text("What came of it, or the code of the failure.")),
            ])
    }

    private func list(_ request: AdminRequest) throws -> [UInt8] {
        let limit = request.integer("limit") ?? 100
        var upper = try request.place(in: Self.list).map { AuditNumber($0.bigEndianInteger()) }
        let (from, until) = (request.time("from"), request.time("to"))
        var page: [AuditEntry] = []
        var leftToLook = Self.lookLimit
        var isOver = false
        while page.count < limit, leftToLook > 0, !isOver {
            let chunkLimit = min(leftToLook, 256)
            let chunk = try log.entries(before: upper, limit: chunkLimit)
            isOver = chunk.count < chunkLimit
            for entry in chunk {
                upper = entry.number
                leftToLook -= 1
                if let from, entry.time < from {
                    // Numbers follow the clock, but for one that was set back, by which entries may only be newer.
                    isOver = SequenceClock.time(of: EventSequence(entry.number.value)) < from
                    if isOver { break }
                    continue
                }
                guard isMeant(entry, request, until: until) else { continue }
                page.append(entry)
                if page.count == limit {
                    isOver = false
                    break
                }
            }
        }
        // A full page may be the last; then the next one is empty.
        let next = isOver ? nil : upper.map { AdminCursor.text($0.value.bigEndianBytes, in: Self.list) }
        return AdminPage.json("entries", page.map(json), next: next)
    }

    private func isMeant(_ entry: AuditEntry, _ request: AdminRequest, until: Timestamp?) -> Bool {
        (until.map { entry.time < $0 } ?? true) && (request["actor"].map { $0 == entry.actor } ?? true)
            && (request["action"].map { $0 == entry.action } ?? true)
            && (request["outcome"].map { $0 == entry.outcome.rawValue } ?? true)
    }

    private func json(_ entry: AuditEntry) -> [UInt8] {
        var json = JSONWriter()
        json.object { json in
            json.member("number", String(entry.number.value))
            json.time("time", entry.time)
            json.member("actor", entry.actor)
            json.member("remote_address", entry.remoteAddress)
            json.member("action", entry.action)
            json.member("subject", entry.subject)
            json.member("outcome", entry.outcome.rawValue)
            if !entry.detail.isEmpty { json.member("detail", entry.detail) }
        }
        return json.bytes
    }
}
