public import EventModel
public import JSON

/// The items of one body, in order.
public struct DecodedBody {
    /// How the body came, which decides how faults of its items are answered (reference inbound, section 9).
    public enum Form: Sendable, Equatable {
        /// One event: its fault is the request's fault.
        case single
        /// Several events of a CDP server: 400 only if none can be taken.
        case webhookBatch
        /// Several events of an SDK, which would send them for ever: always 200.
        case nativeBatch
    }

    /// How the body came.
    public let form: Form
    /// The events, and why some cannot be taken.
    public let items: [Result<Envelope, RefusedItem>]
}

/// An item that is no event that could be taken, whatever its fields say.
public struct RefusedItem: Error, Sendable, Equatable {
    /// Why.
    public let rejection: Rejection
    /// Its message id as sent, for the answer; nil if it has none.
    public let messageID: String?
}

/// Finds the events in a parsed body, whatever dialect it is in (reference inbound, 1.7, 3.1 and section 5).
///
/// Reads no field of an event but those that say where it begins and whether it may be taken at all.
public struct EnvelopeDecoder {
    /// How many items a body may have.
    public static let itemLimit = 5000
    /// How many bytes one item may have.
    public static let itemByteLimit = 1 << 20
    /// From how many bytes on an item is noted as large; Segment's own limit.
    public static let largeItemByteCount = 32 << 10
    /// How many members the objects of one item may have together; Segment's own limit.
    public static let memberLimit = 10_000
    /// How many values and keys a body may have however few items it has.
    public static let nodeLimit = 200_000
    /// How many values and keys each item of a large batch adds to that limit.
    ///
    /// Segment sends up to 4000 events of 150 to 300 values and keys each; a flat limit would lose those batches.
    public static let nodeLimitPerItem = 500
    /// How many bytes the context and integrations of a batch may come to, once for each item that they apply to.
    public static let sharedByteLimit = 32 << 20

    /// Where the body came in.
    private let route: EventRoute
    private let authentication: Authentication
    private let shared: BatchMembers

    /// The items of a body.
    ///
    /// - Parameters:
    ///   - root: The top-level value of the body.
    ///   - route: Where it came in.
    ///   - authentication: Who sent it, and how much of it is proven; its notes go to every item.
    /// - Returns: The items in order, each an event or why it cannot be taken.
    /// - Throws: What is wrong with the body as a whole (rows 43, 44, 46, 68, 70).
    public static func decode(
        _ root: JSONValue, route: EventRoute, authentication: Authentication
    ) throws(RequestFault) -> DecodedBody {
        guard let batch = try batch(of: root, route: route) else {
            let decoder = EnvelopeDecoder(route: route, authentication: authentication, shared: BatchMembers(nil))
            try decoder.checkSize(of: root, itemCount: 1)
            return DecodedBody(form: .single, items: [decoder.item(root, at: 0)])
        }
        guard batch.count > 0 else {
            throw RequestFault(.batchEmpty, "the batch has no items; send at least one")
        }
        guard batch.count <= itemLimit else {
            throw tooManyItems
        }
        let envelope = root.kind == .object ? root : nil
        if let key = envelope?.repeatedKeys.first { throw RepeatedKeys.fault(key) }
        let decoder = EnvelopeDecoder(
            route: route, authentication: authentication, shared: BatchMembers(envelope))
        try decoder.checkSize(of: root, itemCount: batch.count)
        let items = batch.elements.enumerated().map { decoder.item($0.element, at: $0.offset) }
        return DecodedBody(form: route.isNative ? .nativeBatch : .webhookBatch, items: items)
    }

    private init(route: EventRoute, authentication: Authentication, shared: BatchMembers) {
        self.route = route
        self.authentication = authentication
        self.shared = shared
    }

    // MARK: - The body

    /// The array of items, or nil if the body is one event.
    private static func batch(of root: JSONValue, route: EventRoute) throws(RequestFault) -> JSONValue? {
        let found: JSONValue?
        switch (root.kind, route.body) {
        case (.array, .webhook), (.array, .batch), (.array, .capture), (.array, .payload): found = root
        case (.object, .webhook): found = try webhookBatch(of: root, isEvent: root[EnvelopeKey.type] != nil)
        case (.object, .capture): found = try webhookBatch(of: root, isEvent: CaptureReader.isEvent(root))
        case (.object, .batch):
            found = root[EnvelopeKey.batch]?.ifKind(.array)
            if found == nil { throw missingBatch }
        case (.object, .single), (.object, .pixel), (.object, .payload): found = nil
        default: throw RequestFault(.notAnObject, "the body is not a JSON object; send one event as an object")
        }
        return found
    }

    private static func webhookBatch(of root: JSONValue, isEvent: Bool) throws(RequestFault) -> JSONValue? {
        guard let batch = root[EnvelopeKey.batch] else { return nil }
        if batch.kind == .array { return batch }
        // An event may have a `batch` of its own; something that is no event can only be a batch gone wrong.
        if !isEvent { throw missingBatch }
        return nil
    }

    static var tooManyItems: RequestFault {
        RequestFault(.tooManyItems, "the batch has more than \(itemLimit) items; send smaller batches")
    }

    private static var missingBatch: RequestFault {
        RequestFault(.batchMissing, "the body has no array `batch`; send {\"batch\": […]}", field: "batch")
    }

    /// Refuses a body with more than its items may have; what a batch shares counts for each of them, as each is handled
    /// and stored with it.
    private func checkSize(of root: JSONValue, itemCount: Int) throws(RequestFault) {
        let nodeLimit = max(Self.nodeLimit, itemCount * Self.nodeLimitPerItem)
        guard root.nodeCount + shared.nodeCount * (itemCount - 1) <= nodeLimit else {
            throw RequestFault(.tooManyValues, "the body has more than \(nodeLimit) values and keys; send less at once")
        }
        guard shared.byteCount * itemCount <= Self.sharedByteLimit else {
            throw RequestFault(
                .tooManyValues,
                "the batch's context and integrations, once for each item, have more than \(Self.sharedByteLimit) bytes; "
                    + "send fewer items at once")
        }
    }

    // MARK: - One item

    private func item(_ value: JSONValue, at index: Int) -> Result<Envelope, RefusedItem> {
        let shape = route.isNative ? EnvelopeShape(plain: value) : EnvelopeShape(value)
        if let rejection = rejection(of: value, shape.event, at: index) {
            return .failure(RefusedItem(rejection: rejection, messageID: Envelope(body: shape.event).messageID))
        }
        var envelope = Envelope(body: shape.event, notes: authentication.notes)
        envelope.routeType = route.eventType
        envelope.isPayload = route.body == .payload
        envelope.batchContext = shared.context
        envelope.batchIntegrations = shared.integrations
        envelope.batchSentAt = shared.sentAt
        if let note = shape.note { envelope.notes.add(note) }
        if value.rawBytes.count > Self.largeItemByteCount { envelope.notes.add(.eventLarge) }
        if shape.event.hasNonFiniteNumber { envelope.notes.add(.nonFiniteNumber) }
        if shape.event.hasRepeatedKeys { envelope.notes.add(.duplicateKey) }
        if ThinFields.conflict(in: shape.event) { envelope.notes.add(.fieldConflict) }
        return .success(envelope)
    }

    /// Why an item cannot be taken, whatever its fields say.
    private func rejection(of value: JSONValue, _ event: JSONValue, at index: Int) -> Rejection? {
        if index > 0, authentication.coverage == .firstItem {
            return Rejection(.unsignedItem, "the signature covers the first item only; send a secret header as well")
        }
        guard event.kind == .object else {
            return event.kind == .array
                ? Rejection(.nestedBatch, "the item is an array; batches cannot hold batches")
                : Rejection(.notAnObject, "the item is not a JSON object")
        }
        if event[EnvelopeKey.batch]?.kind == .array, !isEvent(event) {
            return Rejection(
                .nestedBatch, field: "batch", "the item has a `batch`; batches go to a batch path, one deep")
        }
        if let expected = authentication.writeKey, let key = event.writeKey, !expected.matches(key.bytes) {
            return Rejection(.writeKeyConflict, field: "writeKey", "the item names another write key than the request")
        }
        guard value.rawBytes.count + shared.byteCount <= Self.itemByteLimit else {
            return Rejection(.eventTooLarge, "the item has more than \(Self.itemByteLimit) bytes")
        }
        // A member takes two nodes, so most items need no counting.
        if event.nodeCount + shared.nodeCount > 2 * Self.memberLimit,
            event.memberCount + shared.memberCount > Self.memberLimit
        {
            return Rejection(.tooManyProperties, "the item's objects have more than \(Self.memberLimit) members")
        }
        return event.hasRepeatedKeys ? RepeatedKeys.rejection(of: event) : nil
    }

    /// Whether an object with a `batch` is an event all the same: the path says so and it is named.
    private func isEvent(_ object: JSONValue) -> Bool { object[EnvelopeKey.type] != nil }
}
