import Crypto
public import EventModel
public import JSON
import Platform

/// Whom a request belongs to, and how much of it is proven.
public struct Authentication: Sendable {
    /// How much of a batch the proofs cover.
    public enum Coverage: Sendable { case full, firstItem }

    /// The position of the source in ``Authenticator/sources``.
    public let sourceIndex: Int
    /// Whether all items may be taken, or only the first (reference inbound, 2.2).
    public let coverage: Coverage
    /// `rotated_secret_used`, `signature_unverified`.
    public let notes: NoteList
    /// The write key the request came with; items of a batch that name another are refused.
    public let writeKey: SecretBytes?

    /// Nobody's, for reading events where no sender has to prove anything.
    public static let offline = Authentication(sourceIndex: 0, coverage: .full, notes: NoteList(), writeKey: nil)
}

extension Authenticator {
    /// Second step: signatures over the body, and write keys inside it.
    ///
    /// - Parameters:
    ///   - grant: What the first step returned for this request.
    ///   - headers: The request's header.
    ///   - body: The raw bytes after content decoding: signatures are made over what was sent, never over a re-encoding.
    ///   - root: The parsed body, or why it could not be parsed. Signatures are answered before faults of the JSON.
    /// - Returns: The source that the request belongs to.
    /// - Throws: The fault to answer with (reference inbound, section 9, rows 8-13 and 15).
    public func checkBody(
        _ grant: HeadGrant, headers: some HeaderReading, body: UnsafeRawBufferPointer,
        root: Result<JSONValue, RequestFault>
    ) throws(RequestFault) -> Authentication {
        let proofs = BodyProofs(headers: headers, body: body, root: root, headKey: grant.writeKey, now: grant.now)
        var accepted: [Authentication] = []
        var faults: [StagedFault] = []
        for candidate in grant.candidates {
            do {
                accepted.append(try proofs.check(candidate, sources[candidate.index]))
            } catch {
                faults.append(error)
            }
        }
        guard let first = accepted.first else { throw StagedFault.furthest(of: faults) }
        try checkOnlyTenant(accepted)
        return first
    }

    /// Refuses a request that several accounts or environments would take: guessing would mix their data.
    private func checkOnlyTenant(_ accepted: [Authentication]) throws(RequestFault) {
        guard accepted.count > 1 else { return }
        let owners = accepted.map { sources[$0.sourceIndex] }
        guard owners.allSatisfy({ $0.account == owners[0].account }) else {
            throw RequestFault(
                .accountMismatch, "sources of several accounts accept this request; send X-TrackLayer-Account")
        }
        guard owners.allSatisfy({ $0.environment == owners[0].environment }) else {
            throw RequestFault(
                .environmentMismatch,
                "sources of several environments accept this request; send X-TrackLayer-Environment")
        }
    }
}

/// The proofs that a body carries, held against one source after another.
private struct BodyProofs<Headers: HeaderReading> {
    let headers: Headers
    let body: UnsafeRawBufferPointer
    let root: Result<JSONValue, RequestFault>
    let headKey: SecretBytes?
    let now: Timestamp

    func check(
        _ candidate: HeadGrant.Candidate, _ source: SourceCredentials
    ) throws(StagedFault) -> Authentication {
        var notes = candidate.notes
        var bodySignature = SignatureOutcome.absent
        var segmentSignature = SignatureOutcome.absent
        var writeKey: SecretBytes?
        do {
            bodySignature = try checkBodySignature(source, &notes)
            segmentSignature = try checkSegmentSignature(source, &notes)
            if !source.writeKeys.isEmpty { writeKey = try checkWriteKey(source) }
        } catch {
            throw StagedFault(.proof, error)
        }
        if let fault = candidate.policyFault { throw fault }
        let isPartial = segmentSignature == .firstItem || bodySignature == .firstItem
        let isWholeProven = candidate.hasSecretProof || bodySignature == .full || segmentSignature == .full
        let coversAll = !isPartial || isWholeProven || source.allowsPartialSignature
        return Authentication(
            sourceIndex: candidate.index, coverage: coversAll ? .full : .firstItem, notes: notes, writeKey: writeKey)
    }

    private enum SignatureOutcome { case absent, full, firstItem }

    // MARK: - X-TrackLayer-Signature and Standard Webhooks

    private func checkBodySignature(
        _ source: SourceCredentials, _ notes: inout NoteList
    ) throws(RequestFault) -> SignatureOutcome {
        let header = headers.singleValue("X-TrackLayer-Signature")
        guard source.signature != .off, !source.signingSecrets.isEmpty else {
            if case .absent = header, headers.header("webhook-signature") == nil { return .absent }
            notes.add(.signatureUnverified)
            return .absent
        }
        let webhook = try StandardWebhookSignature(headers)
        var outcome = SignatureOutcome.absent
        switch header {
        case .absent: break
        case .conflicting: throw .signatureMalformed
        case .value(let text):
            guard let signature = BodySignature(text) else { throw .signatureMalformed }
            outcome = try check(signature, source, &notes)
        }
        if let webhook {
            try check(source.signingSecrets, &notes) { webhook.isMade(with: $0, over: body, now: now) }
            outcome = .full
        }
        guard outcome != .absent || source.signature == .optional else { throw .signatureMissing }
        return outcome
    }

    private func check(
        _ signature: BodySignature, _ source: SourceCredentials, _ notes: inout NoteList
    ) throws(RequestFault) -> SignatureOutcome {
        switch signature {
        case .body(let code):
            try check(source.signingSecrets, &notes) {
                ConstantTime.areEqual(code, HMAC.code(.sha256, key: $0.bytes, message: body))
            }
            return .full
        case .messageID(let code):
            // It says nothing about the rest of the body, so it cannot be the signature that a source insists on.
            guard source.signature == .optional else { throw .signatureMalformed }
            guard let item = firstItem, let id = Self.messageID(of: item.value) else { throw .signatureMismatch }
            try check(source.signingSecrets, &notes) {
                ConstantTime.areEqual(code, HMAC.code(.sha256, key: $0.bytes, message: id))
            }
            return item.isOfMany ? .firstItem : .full
        }
    }

    /// Tries all secrets and notes when it was not the current one.
    private func check(
        _ secrets: [SourceSecret], _ notes: inout NoteList, _ isMatch: (SecretBytes) -> Bool
    ) throws(RequestFault) {
        switch secrets.match(at: now, isMatch) {
        case .none: throw .signatureMismatch
        case .current: break
        case .rotated: notes.add(.rotatedSecretUsed)
        }
    }

    // MARK: - X-Signature

    private func checkSegmentSignature(
        _ source: SourceCredentials, _ notes: inout NoteList
    ) throws(RequestFault) -> SignatureOutcome {
        let header = headers.singleValue("X-Signature")
        guard !source.sharedSecrets.isEmpty else {
            if case .absent = header { return .absent }
            notes.add(.signatureUnverified)
            return .absent
        }
        let text: Substring
        switch header {
        case .absent: throw .signatureMissing
        case .conflicting: throw .signatureMalformed
        case .value(let value): text = value
        }
        guard let code = SegmentSignature.code(text) else { throw .signatureMalformed }
        func match(_ signed: UnsafeRawBufferPointer) -> SecretMatch {
            source.sharedSecrets.match(at: now) {
                ConstantTime.areEqual(code, HMAC.code(.sha1, key: $0.bytes, message: signed))
            }
        }
        var result = match(body)
        var outcome = SignatureOutcome.full
        if result == .none, let item = firstItem {
            // The batch forms: the bytes of the first element, or of what the Extensible Webhook wrapped in it.
            outcome = item.isOfMany ? .firstItem : .full
            result = match(item.value.rawBytes)
            if result == .none, let inner = item.value.extensibleContent { result = match(inner.rawBytes) }
        }
        guard result != .none else { throw .signatureMismatch }
        if result == .rotated { notes.add(.rotatedSecretUsed) }
        return outcome
    }

    // MARK: - The parsed body

    /// The first element of an array body, or the body itself.
    private var firstItem: (value: JSONValue, isOfMany: Bool)? {
        guard case .success(let root) = root else { return nil }
        guard root.kind == .array else { return (root, false) }
        return root.elements.first { _ in true }.map { ($0, root.count > 1) }
    }

    /// The text that `v1=` signs: the message id as it stands in the event.
    private static func messageID(of item: JSONValue) -> [UInt8]? {
        let event = EnvelopeShape(item).event
        guard let id = event[EnvelopeKey.messageID] ?? event[EnvelopeKey.thinMessageID] else { return nil }
        return id.withString { Array($0) } ?? id.numberText.map { Array($0.utf8) }
    }

    /// The write key in force: that of the head, else of the batch, else of the first item that has one.
    private func checkWriteKey(_ source: SourceCredentials) throws(RequestFault) -> SecretBytes {
        let bodyKey: SecretBytes?
        switch root {
        case .success(let root): bodyKey = Self.writeKey(of: root, lookIntoItems: headKey == nil)
        case .failure(let fault):
            guard headKey != nil else { throw fault }
            bodyKey = nil
        }
        if let headKey, let bodyKey, !headKey.matches(bodyKey.bytes) { throw .writeKeyConflict }
        guard let key = headKey ?? bodyKey else {
            throw RequestFault(
                .writeKeyMissing, "the request has no write key; send it as the user name of Basic authentication")
        }
        guard source.accepts(writeKey: key.bytes, at: now) else { throw .writeKeyInvalid }
        return key
    }

    private static func writeKey(of root: JSONValue, lookIntoItems: Bool) -> SecretBytes? {
        if let key = root.writeKey { return key }
        guard lookIntoItems else { return nil }
        let items = root.kind == .array ? root.elements : root[EnvelopeKey.batch]?.elements
        return items?.lazy.compactMap(\.writeKey).first
    }
}

extension JSONValue {
    /// The `writeKey` of an event or batch, if it is a text with something in it.
    var writeKey: SecretBytes? {
        self[EnvelopeKey.writeKey]?.withString { $0.isEmpty ? nil : SecretBytes(bytes: $0) } ?? nil
    }
}
