import EventModel
import Platform
import Storage

/// How what is remembered of clicks grows: the newest value of each kind counts, whatever the order of arrival.
extension ClickRecord {
    /// What is remembered of a kind, if the window of its platform is open at `time`.
    func value(_ kind: ClickIDKind, at time: Timestamp) -> String? {
        guard let seen = ids.first(where: { $0.kind == kind }), Self.isOpen(kind, since: seen.seenAt, at: time) else {
            return nil
        }
        return seen.value
    }

    /// Meta's newest click before `time`, if its window is open.
    func facebookClick(at time: Timestamp) -> FacebookClick? {
        let newest = facebookClicks.filter { $0.seenAt <= time }.max { $0.seenAt < $1.seenAt }
        guard let newest, Self.isOpen(.fbc, since: newest.seenAt, at: time) else { return nil }
        return newest
    }

    /// The entry of one of Meta's clicks, if it is kept.
    func facebookClick(_ click: String) -> FacebookClick? { facebookClicks.first { $0.click == click } }

    private static func isOpen(_ kind: ClickIDKind, since seenAt: Timestamp, at time: Timestamp) -> Bool {
        guard let memory = kind.memory else { return false }
        return seenAt <= time && time - seenAt <= memory
    }

    /// Takes a value; one that is known keeps the time of its first event, an older one changes nothing.
    mutating func note(_ seen: Seen) {
        guard let index = ids.firstIndex(where: { $0.kind == seen.kind }) else {
            let rank = Self.rank(seen.kind)
            ids.insert(seen, at: ids.firstIndex { Self.rank($0.kind) > rank } ?? ids.count)
            return
        }
        if ids[index].value != seen.value, ids[index].seenAt <= seen.seenAt { ids[index] = seen }
    }

    /// Takes one of Meta's clicks; a known one keeps its time, and its `fbc` unless a browser's own has come.
    mutating func note(_ click: FacebookClick, isOfBrowser: Bool) {
        if let index = facebookClicks.firstIndex(where: { $0.click == click.click }) {
            if isOfBrowser { facebookClicks[index].fbc = click.fbc }
            return
        }
        facebookClicks.append(click)
        guard facebookClicks.count > Self.facebookClickLimit else { return }
        let oldest = facebookClicks.indices.min { facebookClicks[$0].seenAt < facebookClicks[$1].seenAt }
        if let oldest { facebookClicks.remove(at: oldest) }
    }

    /// Takes everything that another record has.
    mutating func absorb(_ other: ClickRecord) {
        for seen in other.ids { note(seen) }
        for click in other.facebookClicks { note(click, isOfBrowser: true) }
    }

    private static func rank(_ kind: ClickIDKind) -> Int { ClickIDKind.allCases.firstIndex(of: kind) ?? 0 }
}
