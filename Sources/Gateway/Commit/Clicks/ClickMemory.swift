import EventModel
import JSON
import Platform
import Storage

/// Remembers the click ids of earlier events and gives them to later ones (docs/adr/0011; reference inbound, 8.1 and 8.3).
///
/// Reads the store only for events that bring ids, are conversions, or join a browser to a user, not at all until
/// somebody has clicked, and once for a person who comes again soon. What it learns goes into the event's own batch.
/// Confined to the committer's thread.
struct ClickMemory<Store: KeyValueStore> {
    private let reader: EventReader<Store>
    /// What the batch in hand writes; the store does not have it yet.
    private var pending: [ClickKey: ClickRecord] = [:]
    /// What the store has of those who came lately; nil for nothing.
    private var recent = RecentValues<ClickKey, ClickRecord?>(limit: Self.recentLimit)
    private var hasAny: Bool
    private var hasAnyPending = false
    private let document = JSONDocument()

    /// Identifiers a generation of ``recent``; a record takes a few hundred bytes.
    private static var recentLimit: Int { 1 << 14 }

    /// A memory over what the store has.
    init(store: Store) throws(StoreError) {
        reader = EventReader(store)
        hasAny = try reader.hasClicks()
    }

    /// Reads at once what a group of events will ask for.
    mutating func prepare(_ events: [PreparedEvent]) throws(StoreError) {
        guard hasAny else { return }
        var missing: [ClickKey] = []
        for event in events {
            guard let subject = event.clicks else { continue }
            for case let node? in [subject.anonymous, subject.user] {
                let key = ClickKey(event.tenant.accountNumber, node)
                if !recent.touch(key) { missing.append(key) }
            }
        }
        guard !missing.isEmpty else { return }
        for (key, record) in zip(missing, try reader.clicks(missing)) { recent.remember(record, of: key) }
    }

    /// Learns from an event and completes it.
    ///
    /// - Returns: The canonical event to store, and whether it has what is remembered of the person's clicks.
    mutating func complete(
        _ event: PreparedEvent, in batch: inout WriteBatch
    ) throws(StoreError) -> (canonical: [UInt8], hasRemembered: Bool) {
        guard let subject = event.clicks, hasAny || hasAnyPending || !subject.ids.isEmpty else {
            return (event.canonical, false)
        }
        let records = try records(of: subject, event.tenant.accountNumber)
        let changes = records.changes(for: subject)
        learn(subject, records, event.tenant.accountNumber, in: &batch)
        if changes.isEmpty { return (event.canonical, false) }
        return (ClickPatch.apply(changes, to: event.canonical, document), true)
    }

    /// Learns from a repeated event, which is not stored again (reference identity, dedup rule 3).
    mutating func learn(from event: PreparedEvent, in batch: inout WriteBatch) throws(StoreError) {
        guard let subject = event.clicks, !subject.ids.isEmpty else { return }
        let records = try records(of: subject, event.tenant.accountNumber)
        learn(subject, records, event.tenant.accountNumber, in: &batch)
    }

    /// Forgets what the store has no more.
    mutating func forget(_ keys: [ClickKey]) {
        for key in keys { recent.forget(key) }
    }

    /// The batch in hand was written.
    mutating func clear() {
        hasAny = hasAny || hasAnyPending
        for (key, record) in pending { recent.remember(record, of: key) }
        forgetPending()
    }

    /// The batch in hand, or the one that was cleared last, never will be written.
    mutating func discard() {
        forgetPending()
        recent.removeAll()
    }

    private mutating func forgetPending() {
        pending.removeAll(keepingCapacity: true)
        hasAnyPending = false
    }

    private mutating func records(
        of subject: ClickSubject, _ account: AccountNumber
    ) throws(StoreError) -> ClickRecords {
        var records = ClickRecords()
        if let node = subject.anonymous { records.ofBrowser = try record(ClickKey(account, node)) }
        if let node = subject.user { records.ofUser = try record(ClickKey(account, node)) }
        return records
    }

    private mutating func record(_ key: ClickKey) throws(StoreError) -> ClickRecord? {
        if let known = pending[key] { return known }
        if let known = recent.value(of: key) { return known }
        guard hasAny, let stored = try reader.clicks([key]).first else { return nil }
        recent.remember(stored, of: key)
        return stored
    }

    private mutating func learn(
        _ subject: ClickSubject, _ records: ClickRecords, _ account: AccountNumber, in batch: inout WriteBatch
    ) {
        if let node = subject.anonymous, records.ofBrowser?.hasAll(subject.ids) != true {
            var record = records.ofBrowser ?? ClickRecord()
            record.note(subject, fbcOf: records)
            keep(record, insteadOf: records.ofBrowser, ClickKey(account, node), in: &batch)
        }
        if let node = subject.user,
            records.ofUser?.hasAll(subject.ids) != true || records.ofBrowser.map({ $0 != records.ofUser }) == true
        {
            var record = records.ofUser ?? ClickRecord()
            if let ofBrowser = records.ofBrowser { record.absorb(ofBrowser) }
            record.note(subject, fbcOf: records)
            keep(record, insteadOf: records.ofUser, ClickKey(account, node), in: &batch)
        }
    }

    private mutating func keep(
        _ record: ClickRecord, insteadOf known: ClickRecord?, _ key: ClickKey, in batch: inout WriteBatch
    ) {
        guard record != known ?? ClickRecord() else { return }
        pending[key] = record
        hasAnyPending = true
        batch.putClicks(key, record)
    }
}

/// What is remembered of the one or two identifiers of an event.
struct ClickRecords {
    var ofBrowser: ClickRecord?
    var ofUser: ClickRecord?

    /// What the event is to say beyond, or other than, its own click ids.
    func changes(for subject: ClickSubject) -> [UserData.ClickID] {
        if ofBrowser == nil, ofUser == nil { return [] }
        var changes = facebookChanges(for: subject, ofBrowser, ofUser)
        // Most people are remembered for no other kinds than they bring again.
        guard subject.takesRemembered, [ofBrowser, ofUser].contains(where: { $0?.hasMore(than: subject) == true })
        else { return changes }
        for kind in ClickIDKind.allCases where kind != .fbc && kind != .fbclid && subject[kind] == nil {
            let own = ofBrowser?.value(kind, at: subject.occurredAt)
            // Another browser's id would be a lie about this one.
            let mayBorrow = !kind.isOfBrowser || subject.anonymous == nil
            let value = own ?? (mayBorrow ? ofUser?.value(kind, at: subject.occurredAt) : nil)
            if let value { changes.append(UserData.ClickID(kind, value)) }
        }
        return changes
    }

    /// Meta's rules: one `fbc` for each click however often it is seen, and the newest click wins.
    private func facebookChanges(
        for subject: ClickSubject, _ ofBrowser: ClickRecord?, _ ofUser: ClickRecord?
    ) -> [UserData.ClickID] {
        if let click = subject[.fbclid] {
            let known = firstFBC(of: click, subject)
            guard subject.hasMadeFBC, let known, known != subject[.fbc] else { return [] }
            return [UserData.ClickID(.fbc, known)]
        }
        guard subject.takesRemembered,
            let newest = ofBrowser?.facebookClick(at: subject.occurredAt)
                ?? ofUser?.facebookClick(at: subject.occurredAt)
        else { return [] }
        if let stated = subject[.fbc] {
            guard !FBCText.click(in: stated).elementsEqual(newest.click.utf8), FBCText.isNewer(newest.fbc, than: stated)
            else { return [] }
        }
        return [UserData.ClickID(.fbclid, newest.click), UserData.ClickID(.fbc, newest.fbc)]
    }

    /// The `fbc` of the first event with a click, as this browser or else this user has it.
    func firstFBC(of click: String, _ subject: ClickSubject) -> String? {
        let known = ofBrowser?.facebookClick(click)
        return (known ?? (subject.anonymous == nil ? ofUser?.facebookClick(click) : nil))?.fbc
    }
}

extension ClickRecord {
    /// Whether the record has these very ids, so that it learns nothing from an event with them; false when one is Meta's.
    fileprivate func hasAll(_ others: [UserData.ClickID]) -> Bool {
        others.allSatisfy { other in
            guard other.kind != .fbclid, other.kind != .fbc else { return false }
            return ids.contains { $0.kind == other.kind && $0.value == other.value }
        }
    }

    /// Whether the record has an id of a kind that an event does not bring itself.
    fileprivate func hasMore(than subject: ClickSubject) -> Bool {
        ids.contains { seen in !subject.ids.contains { $0.kind == seen.kind } }
    }

    /// Takes the ids of an event.
    fileprivate mutating func note(_ subject: ClickSubject, fbcOf records: ClickRecords) {
        for id in subject.ids where id.kind != .fbclid && id.kind != .fbc {
            note(Seen(id.kind, id.value, subject.occurredAt))
        }
        guard let fbc = subject[.fbc] else { return }
        let click = String(decoding: FBCText.click(in: fbc), as: UTF8.self)
        let known = subject.hasMadeFBC ? records.firstFBC(of: click, subject) : nil
        note(
            FacebookClick(click: click, fbc: known ?? fbc, seenAt: subject.occurredAt), isOfBrowser: !subject.hasMadeFBC
        )
    }
}

/// Takes apart a valid `fbc`: `fb.<index>.<creation time, ms>.<click>`, with one more part or none.
enum FBCText {
    /// The click id in it.
    static func click(in text: String) -> Substring.UTF8View {
        part(3, of: text)
    }

    /// Whether one was made after the other.
    static func isNewer(_ text: String, than other: String) -> Bool { time(of: text) > time(of: other) }

    private static func time(of text: String) -> Int64 { Int64(String(part(2, of: text)) ?? "") ?? 0 }

    private static func part(_ number: Int, of text: String) -> Substring.UTF8View {
        let parts = text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        return parts.count > number ? parts[number] : Substring().utf8
    }
}
