import EventModel
import JSON
import Platform
import Storage

/// What an operator wants replayed.
struct ReplayOrder: Sendable {
    var selection: DeadLetterSelection
    /// Only events of this canonical name; nil for all.
    var eventName: String?
    /// Whether the bodies are sent that were sent before, instead of those that the template makes now.
    var sendsKeptBodies: Bool
}

/// One replay of many dead letters, destination by destination.
struct Replay: Sendable {
    /// Raw values are contracts.
    enum State: String, Sendable, CaseIterable {
        case running, done, cancelled, failed
    }

    let id: String
    let order: ReplayOrder
    let startedAt: Timestamp
    var endedAt: Timestamp?
    var state = State.running
    /// Why it failed.
    var error: String?
    var runs: [ReplayRun]
    /// Destinations with dead letters that the configuration does not have, so that theirs are left where they are.
    let goneDestinations: [String]

    /// Puts nothing more back.
    mutating func end(_ state: State, at time: Timestamp, error: String? = nil) {
        for index in runs.indices { runs[index].end() }
        self.state = state
        self.error = error
        endedAt = time
    }

    /// Writes the replay as operators see it.
    func write(to json: inout JSONWriter) {
        json.member("id", id)
        json.member("state", state.rawValue)
        json.member("error", error)
        json.time("started_at", startedAt)
        json.time("ended_at", endedAt)
        json.member("original", order.sendsKeptBodies)
        var counts = ReplayCounts()
        for run in runs { counts += run.counts }
        let totals = runs.compactMap(\.total)
        if totals.count == runs.count { json.member("total", totals.reduce(0, +)) }
        Self.write(counts, waiting: runs.reduce(0) { $0 + $1.waiting.count }, to: &json)
        json.key("destinations")
        json.array { json in
            for run in runs {
                json.object { json in
                    json.member("name", run.destination)
                    if let total = run.total { json.member("total", total) }
                    Self.write(run.counts, waiting: run.waiting.count, to: &json)
                }
            }
        }
        json.key("gone_destinations")
        json.array { json in for name in goneDestinations { json.value(name) } }
    }

    private static func write(_ counts: ReplayCounts, waiting: Int, to json: inout JSONWriter) {
        json.member("put_back", counts.putBack)
        json.member("waiting", waiting)
        json.member("delivered", counts.delivered)
        json.member("failed", counts.failed)
        json.member("dropped", counts.dropped)
        json.member("unsendable", counts.unsendable)
    }
}
