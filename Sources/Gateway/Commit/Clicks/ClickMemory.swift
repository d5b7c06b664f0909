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

    /// Learns from an event and completes it.
    ///
    /// - Returns: The canonical event to store, with what is remembered of the person's clicks.
    mutating func complete(_ event: PreparedEvent, in batch: inout WriteBatch) throws(StoreError) -> [UInt8] {
        guard let subject = event.clicks, hasAny || hasAnyPending || !subject.ids.isEmpty else {
            return event.canonical
        }
        let records = try records(of: subject, event.tenant.accountNumber)
        let changes = records.changes(for: subject)
        learn(subject, records, event.tenant.accountNumber, in: &batch)
        return changes.isEmpty ? event.canonical : ClickPatch.apply(changes, to: event.canonical, document)
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
        discard()
    }

    /// The batch in hand never will be written.
    mutating func discard() {
        pending.removeAll(keepingCapacity: true)
        hasAnyPending = false
    }

    private mutating func records(
        of subject: ClickSubject, _ account: AccountNumber
    ) throws(StoreError) -> ClickRecords {
        var records = ClickRecords()
        var missing: [ClickKey] = []
        for node in [subject.anonymous, subject.user] {
            guard let node else { continue }
            let key = ClickKey(account, node)
            if let known = pending[key] {
                records[node] = known
            } else if let known = recent.value(of: key) {
                records[node] = known
            } else {
                missing.append(key)
            }
        }
        guard !missing.isEmpty, hasAny else { return records }
        let stored = try reader.clicks(missing)
        for (key, record) in zip(missing, stored) {
            records[key.node] = record
            recent.remember(record, of: key)
        }
        return records
    }

    private mutating func learn(
        _ subject: ClickSubject, _ records: ClickRecords, _ account: AccountNumber, in batch: inout WriteBatch
    ) {
        let ofBrowser = records[subject.anonymous]
        for node in [subject.anonymous, subject.user] {
            guard let node else { continue }
            let known = records[node] ?? ClickRecord()
            var record = known
            if node == subject.user, let ofBrowser { record.absorb(ofBrowser) }
            record.note(subject, fbcOf: records)
            guard record != known else { continue }
            let key = ClickKey(account, node)
            pending[key] = record
            hasAnyPending = true
            batch.putClicks(key, record)
        }
    }
}

/// What is remembered of the one or two identifiers of an event.
struct ClickRecords {
    private var records: [(node: NodeID, record: ClickRecord)] = []

    subscript(node: NodeID?) -> ClickRecord? {
        get { records.first { $0.node == node }?.record }
        set {
            guard let node, let newValue else { return }
            records.append((node, newValue))
        }
    }

    /// What the event is to say beyond, or other than, its own click ids.
    func changes(for subject: ClickSubject) -> [UserData.ClickID] {
        let ofBrowser = self[subject.anonymous]
        let ofUser = self[subject.user]
        var changes = facebookChanges(for: subject, ofBrowser, ofUser)
        guard subject.takesRemembered else { return changes }
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
        let known = self[subject.anonymous]?.facebookClick(click)
        return (known ?? (subject.anonymous == nil ? self[subject.user]?.facebookClick(click) : nil))?.fbc
    }
}

extension ClickRecord {
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
