import EventModel
import Platform

/// The click ids found so far in one event: the first valid value of each wins.
struct ClickIDFinds {
    /// How a value was found.
    enum Origin: Sendable {
        /// Under its own name.
        case name
        /// In the page's URL: this page view is the click.
        case url
        /// In the URL of an earlier page of the same site.
        case referrer
    }

    /// In the order of ``ClickIDKind``.
    private(set) var result: [UserData.ClickID] = []
    /// One bit for each slot that has a value, and for each whose value is from the page's own URL.
    private var present: UInt32 = 0
    private var fromURL: UInt32 = 0

    /// How many bytes a click id may have (reference inbound, 8.2).
    static let byteLimit = 500

    func has(_ slot: ClickIDTable.Slot) -> Bool { present & slot.bit != 0 }

    /// Keeps a value for an id that has none yet, if it is valid.
    mutating func offer(
        _ text: some RandomAccessCollection<UInt8>, for slot: ClickIDTable.Slot, in wrapping: ClickIDTable.Wrapping,
        from origin: Origin, notes: inout NoteList
    ) {
        if has(slot) { return }
        guard let value = ClickIDValue.unwrap(text, wrapping) else {
            // A name that others use too says nothing about what is wrong with its value.
            if wrapping != .googleClientID, wrapping != .googleSession { notes.add(.clickIDInvalid) }
            return
        }
        if origin == .referrer { notes.add(.clickIDFromReferrer) }
        if origin == .url { fromURL |= slot.bit }
        put(value, for: slot)
    }

    private mutating func put(_ value: String, for slot: ClickIDTable.Slot) {
        if has(slot) { result.remove(at: position(of: slot)) }
        present |= slot.bit
        if result.isEmpty { result.reserveCapacity(4) }
        let position = position(of: slot)
        if position == result.count {
            result.append(UserData.ClickID(slot.kind, value))
        } else {
            result.insert(UserData.ClickID(slot.kind, value), at: position)
        }
    }

    private mutating func remove(_ slot: ClickIDTable.Slot) {
        result.remove(at: position(of: slot))
        present &= ~slot.bit
    }

    private func value(of slot: ClickIDTable.Slot) -> String? { has(slot) ? result[position(of: slot)].value : nil }

    /// How many ids that come before a slot have values.
    private func position(of slot: ClickIDTable.Slot) -> Int { (present & (slot.bit - 1)).nonzeroBitCount }

    // MARK: Meta

    private static let fbclid = ClickIDTable.Slot(.fbclid)
    private static let fbc = ClickIDTable.Slot(.fbc)
    private static let fbp = ClickIDTable.Slot(.fbp)

    /// Checks `fbc` and `fbp`, and makes `fbc` from `fbclid` where there is none (reference inbound, 8.3).
    ///
    /// A click id in the page's own URL that is not the one in `fbc` is a newer click and takes its place.
    mutating func settleFacebook(occurredAt: Timestamp, latest: Timestamp, notes: inout NoteList) {
        if present & (Self.fbclid.bit | Self.fbc.bit | Self.fbp.bit) == 0 { return }
        settle(Self.fbp, .fbpInvalid, notes: &notes) { FacebookID(fbp: $0, latest: latest) }
        let stated = settle(Self.fbc, .fbcInvalid, notes: &notes) { FacebookID(fbc: $0, latest: latest) }
        guard let click = value(of: Self.fbclid) else { return }
        if let stated, fromURL & Self.fbclid.bit == 0 || stated.payload == click { return }
        if let made = FacebookID(click: click, createdAt: occurredAt) { put(made.text, for: Self.fbc) }
    }

    /// Checks one of Meta's cookies, repairs its time or removes it; nil if there is none left.
    @discardableResult
    private mutating func settle(
        _ slot: ClickIDTable.Slot, _ invalid: Note, notes: inout NoteList, read: (String) -> FacebookID?
    ) -> FacebookID? {
        guard let text = value(of: slot) else { return nil }
        guard let id = read(text) else {
            notes.add(invalid)
            remove(slot)
            return nil
        }
        if id.isRepaired {
            notes.add(.fbcTimeRepaired)
            put(id.text, for: slot)
        }
        return id
    }
}
