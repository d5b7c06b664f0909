import EventModel
import Platform

extension Delivery {
    // version · status · attempts · drop reason, 0 for none · error · status code · times · latency · ambiguous · template; the second version is
    // that of a delivery which sends the body that was kept
    init(reading bytes: [UInt8], key: DeliveryKey, destination: String) throws(MalformedRecord) {
        var (reader, version) = try ByteReader.reader(of: bytes, upTo: RecordVersion.second)
        let statusCode = try reader.integer(UInt8.self)
        guard let status = DeliveryStatus.allCases.first(where: { $0.recordCode == statusCode }) else {
            throw MalformedRecord(reason: "a delivery's status is unknown")
        }
        let attemptCount = try reader.signedVarint()
        let reasonCode = try reader.integer(UInt8.self)
        let reason = DropReason.allCases.first { $0.recordCode == reasonCode }
        guard reasonCode == 0 || reason != nil else { throw MalformedRecord(reason: "a drop reason is unknown") }
        let lastError = try reader.optional { reader throws(MalformedRecord) in try reader.text() }
        let lastStatusCode = try reader.optional { reader throws(MalformedRecord) in try reader.signedVarint() }
        self.init(
            account: key.account, sequence: key.sequence, destination: destination, queuedAt: try reader.shortTime())
        lastAttemptAt = try reader.optional { reader throws(MalformedRecord) in try reader.shortTime() }
        nextAttemptAt = try reader.optional { reader throws(MalformedRecord) in try reader.shortTime() }
        latencyMilliseconds = try reader.optional { reader throws(MalformedRecord) in try reader.signedVarint() }
        isAmbiguous = try reader.flag()
        templateVersion = try reader.optional { reader throws(MalformedRecord) in try reader.text() }
        try reader.finish()
        sendsKeptBody = version == RecordVersion.second
        self.status = status
        self.attemptCount = Int(attemptCount)
        self.dropReason = reason
        self.lastError = lastError
        self.lastStatusCode = lastStatusCode.map { Int($0) }
    }

    func append(to bytes: inout [UInt8]) {
        bytes.append(sendsKeptBody ? RecordVersion.second : RecordVersion.current)
        bytes.append(status.recordCode)
        bytes.appendSignedVarint(Int64(attemptCount))
        bytes.append(dropReason?.recordCode ?? 0)
        bytes.appendOptional(lastError) { $0.appendText($1) }
        bytes.appendOptional(lastStatusCode) { $0.appendSignedVarint(Int64($1)) }
        bytes.appendShortTime(queuedAt)
        bytes.appendOptional(lastAttemptAt) { $0.appendShortTime($1) }
        bytes.appendOptional(nextAttemptAt) { $0.appendShortTime($1) }
        bytes.appendOptional(latencyMilliseconds) { $0.appendSignedVarint($1) }
        bytes.appendFlag(isAmbiguous)
        bytes.appendOptional(templateVersion) { $0.appendText($1) }
    }
}

extension DeliveryAttempt {
    // version · duration · status code · error · request · request body · response body; in the second version also
    // template · whether the body was altered; in the third what the event was completed with
    init(reading bytes: [UInt8], key: AttemptKey) throws(MalformedRecord) {
        var (reader, version) = try ByteReader.reader(of: bytes, upTo: RecordVersion.third)
        let duration = try reader.signedVarint()
        let statusCode = try reader.optional { reader throws(MalformedRecord) in try reader.signedVarint() }
        let error = try reader.optional { reader throws(MalformedRecord) in try reader.text() }
        self.init(number: Int(key.number), startedAt: key.startedAt, request: try reader.text())
        requestBody = try reader.optional { reader throws(MalformedRecord) in try reader.section() }
        responseBody = try reader.section()
        // Of the first version nobody knows whether a body at the limit was cut.
        isBodyAltered = (requestBody?.count ?? 0) >= Self.wholeBodyByteLimit
        if version >= RecordVersion.second {
            templateVersion = try reader.optional { reader throws(MalformedRecord) in try reader.text() }
            isBodyAltered = try reader.flag()
        }
        if version >= RecordVersion.third {
            enrichment = try reader.list { reader throws(MalformedRecord) in try reader.personPart() }
        }
        try reader.finish()
        durationMilliseconds = duration
        self.statusCode = statusCode.map { Int($0) }
        self.error = error
    }

    func append(to bytes: inout [UInt8]) {
        bytes.append(enrichment.isEmpty ? RecordVersion.second : RecordVersion.third)
        bytes.appendSignedVarint(durationMilliseconds)
        bytes.appendOptional(statusCode) { $0.appendSignedVarint(Int64($1)) }
        bytes.appendOptional(error) { $0.appendText($1) }
        bytes.appendText(request)
        bytes.appendOptional(requestBody) { $0.appendSection($1) }
        bytes.appendSection(responseBody)
        bytes.appendOptional(templateVersion) { $0.appendText($1) }
        bytes.appendFlag(isBodyAltered)
        if !enrichment.isEmpty { bytes.appendList(enrichment) { $0.appendPersonPart($1) } }
    }

    /// From this size on, bodies were cut before records said so.
    private static let wholeBodyByteLimit = 64 << 10
}

extension DeliveryStatus {
    /// The value in records, never renumbered.
    var recordCode: UInt8 {
        switch self {
        case .queued: 1
        case .delivered: 2
        case .failed: 3
        case .dropped: 4
        }
    }
}

extension DropReason {
    /// The value in records, never renumbered; 0 is none.
    var recordCode: UInt8 {
        switch self {
        case .exhausted: 1
        case .rejected: 2
        case .renderFailed: 3
        case .consent: 4
        case .destinationDisabled: 5
        case .destinationRemoved: 6
        case .tooOld: 7
        case .noIdentifier: 8
        case .erased: 9
        case .operatorDropped: 10
        case .unsuitable: 11
        }
    }
}

extension ByteReader {
    /// The next point in time, in its short form.
    mutating func shortTime() throws(MalformedRecord) -> Timestamp {
        Timestamp(milliseconds: try signedVarint())
    }
}

extension [UInt8] {
    /// Appends a point in time in few bytes; for values, which need no order.
    mutating func appendShortTime(_ time: Timestamp) { appendSignedVarint(time.milliseconds) }
}
