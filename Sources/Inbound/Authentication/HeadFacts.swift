import Crypto
import EventModel
import Platform

/// What the header of a request says about its sender, read once and held against every source.
struct HeadFacts {
    private let secret: [UInt8]?
    private let authorization: Result<SecretBytes?, RequestFault>
    private let account: Substring?
    private let environment: Substring?
    private let origin: String?
    private let queryWriteKey: SecretBytes?
    private let now: Timestamp

    init(_ headers: some HeaderReading, queryWriteKey: String?, now: Timestamp) throws(RequestFault) {
        switch headers.singleValue("X-TrackLayer-Secret") {
        case .absent: secret = nil
        case .value(let text): secret = Array(text.utf8)
        case .conflicting:
            throw RequestFault(.secretConflict, "X-TrackLayer-Secret came twice with different values; send it once")
        }
        authorization = AuthorizationHeader.writeKey(headers)
        account = headers.header("X-TrackLayer-Account")?.trimmingBlanks()
        environment = headers.header("X-TrackLayer-Environment")?.trimmingBlanks()
        origin = headers.header("Origin")
        self.queryWriteKey = queryWriteKey.flatMap { $0.isEmpty ? nil : SecretBytes($0) }
        self.now = now
    }

    /// The write key of the head, `Authorization` before the query.
    var writeKey: SecretBytes? {
        // A malformed header is answered by `candidate`, for those sources that ask for a key.
        (try? authorization.get()) ?? queryWriteKey
    }

    /// What the head proves to one source, or why it is not meant.
    func candidate(_ index: Int, _ source: SourceCredentials) -> Result<HeadGrant.Candidate, StagedFault> {
        var candidate = HeadGrant.Candidate(index: index)
        do {
            try checkSecret(source, &candidate)
            try checkWriteKey(source, &candidate)
        } catch {
            return .failure(StagedFault(.proof, error))
        }
        candidate.policyFault = policyFault(source)
        return .success(candidate)
    }

    private func checkSecret(
        _ source: SourceCredentials, _ candidate: inout HeadGrant.Candidate
    ) throws(RequestFault) {
        guard !source.secrets.isEmpty else { return }
        guard let secret, !secret.isEmpty else {
            throw RequestFault(
                .secretMissing, "the request has no X-TrackLayer-Secret header; send the secret of the source")
        }
        switch source.secrets.match(at: now, { $0.matches(secret) }) {
        case .none:
            throw RequestFault(.secretInvalid, "X-TrackLayer-Secret is not valid; send the secret of the source")
        case .current: break
        case .rotated: candidate.notes.add(.rotatedSecretUsed)
        }
        candidate.hasSecretProof = true
    }

    private func checkWriteKey(
        _ source: SourceCredentials, _ candidate: inout HeadGrant.Candidate
    ) throws(RequestFault) {
        guard !source.writeKeys.isEmpty else { return }
        let basicKey = try authorization.get()
        if let basicKey, let queryWriteKey, !basicKey.matches(queryWriteKey.bytes) { throw .writeKeyConflict }
        guard let key = basicKey ?? queryWriteKey else {
            candidate.isKeyPending = true
            return
        }
        guard source.accepts(writeKey: key.bytes, at: now) else { throw .writeKeyInvalid }
        candidate.hasKeyProof = true
    }

    /// Why a source whose proofs hold would not take the request all the same.
    private func policyFault(_ source: SourceCredentials) -> StagedFault? {
        if let account, account != source.account {
            return StagedFault(
                .account,
                RequestFault(.accountMismatch, "X-TrackLayer-Account is not the account of this source; correct either")
            )
        }
        if let environment, environment != source.environment {
            return StagedFault(
                .environment,
                RequestFault(
                    .environmentMismatch,
                    "X-TrackLayer-Environment is not the environment of this source; correct either"))
        }
        guard source.isEnabled else {
            return StagedFault(.enabled, RequestFault(.sourceDisabled, "the source is disabled; enable it to send"))
        }
        guard let origins = source.origins else { return nil }
        let isAllowed = origin.map { origins.allow($0) } ?? !source.requiresOrigin
        return isAllowed
            ? nil
            : StagedFault(
                .origin, RequestFault(.originNotAllowed, "this origin is not on the source's list; add its host there"))
    }
}

extension RequestFault {
    static var writeKeyInvalid: RequestFault {
        RequestFault(.writeKeyInvalid, "the write key is not valid; send one that the source lists")
    }

    static var writeKeyConflict: RequestFault {
        RequestFault(.writeKeyConflict, "the request names two different write keys; send one")
    }
}

extension SourceCredentials {
    /// Whether a write key is one of this source's; all of them are compared.
    func accepts(writeKey: [UInt8], at now: Timestamp) -> Bool {
        writeKeys.match(at: now) { $0.matches(writeKey) } != .none
    }
}

/// Which of a list of secrets a proof was made with.
enum SecretMatch {
    case none
    /// The first, without an end.
    case current
    /// A later one, or one that ends.
    case rotated
}

extension [SourceSecret] {
    /// Tries every secret, valid or not, without stopping at the first that matches.
    func match(at now: Timestamp, _ isMatch: (SecretBytes) -> Bool) -> SecretMatch {
        var result = SecretMatch.none
        for (index, secret) in enumerated() {
            guard isMatch(secret.value), secret.isValid(at: now) else { continue }
            if result != .current { result = index == 0 && secret.validUntil == nil ? .current : .rotated }
        }
        return result
    }
}
