import JSON
import Platform

/// LinkedIn's answers (reference linkedin, section 6).
private struct LinkedInAnswer {
    let status: Int
    let message: String
    let code: String
    /// What is wrong with the elements that the answer names, by index.
    let faults: [Int: String]

    init(_ response: HTTPResponse, _ answer: PlatformAnswer) {
        status = response.statusCode
        message = answer["message"]?.string ?? ""
        code = answer["code"]?.idText ?? ""
        faults = status == 422 ? Self.listed(message) : Self.indexed(message)
    }

    /// `Index: 0, ERROR :: /path :: words\nERROR :: …\nIndex: 2, …`: every line belongs to the index before it.
    private static func listed(_ message: String) -> [Int: String] {
        var faults: [Int: [String]] = [:]
        var current: Int?
        for line in message.split(separator: "\n") {
            if let start = line.firstRange(of: "Index: ") {
                current = Int(line[start.upperBound...].prefix { $0.isNumber })
            }
            guard let current, let words = line.firstRange(of: "ERROR :: ") else { continue }
            faults[current, default: []].append(String(line[words.upperBound...]).replacing(" :: ", with: ": "))
        }
        return faults.mapValues { PlatformWords.clean($0.joined(separator: "; ")) }
    }

    /// `…, indices [0, 3] (0-indexed)`.
    private static func indexed(_ message: String) -> [Int: String] {
        guard let start = message.firstRange(of: "indices ["),
            let end = message[start.upperBound...].firstIndex(of: "]")
        else { return [:] }
        let words = PlatformWords.clean(
            String(message[..<start.lowerBound].reversed().drop { " ,".contains($0) }.reversed()))
        let indexes = message[start.upperBound..<end].split(separator: ",").compactMap { Int($0.filter(\.isNumber)) }
        return Dictionary(indexes.map { ($0, words) }) { first, _ in first }
    }

    var words: String {
        let text = [code, message].filter { !$0.isEmpty }.joined(separator: ": ")
        return PlatformWords.clean(text)
    }
}

extension LinkedInAPI {
    /// An event is accepted when all of its elements are; a request that some elements sank is taken apart.
    func outcomes(on response: HTTPResponse, to parts: [[UInt8]], at time: Timestamp) -> [PartOutcome] {
        let body = PlatformAnswer(response)
        let answer = LinkedInAnswer(response, body)
        let retryAfter = response.retryAfter(at: time)
        let all = { (verdict: AttemptVerdict, words: String) in
            Array(repeating: PartOutcome(verdict, words.isEmpty ? nil : words), count: parts.count)
        }
        switch answer.status {
        case 200...299: return accepted(body, parts)
        case 400 where answer.code == "VERSION_MISSING": return all(.refused, answer.words)
        // Only when it does not say whose rule is of another method: one wrong rule is no reason to send nothing.
        case 400 where answer.faults.isEmpty && answer.message.contains("method should be CONVERSIONS_API"):
            return all(.refused, answer.words)
        case 400, 422: return sunk(answer.faults, answer.words, parts)
        case 401: return all(answer.code == "REVOKED_ACCESS_TOKEN" ? .refused : .unauthorized, answer.words)
        case 403: return all(.refused, answer.words + " (check the rule's id and the token's role on the ad account)")
        case 404: return all(.rejected, answer.words)
        case 426: return all(.refused, "the API version is retired; raise api_version")
        case 429: return all(.throttled(retryAfter: retryAfter), answer.words)
        case 501: return all(.rejected, answer.words)
        case 408, 500...599: return all(.transient(retryAfter: retryAfter), answer.words)
        default: return all(.rejected, answer.words)
        }
    }

    /// Each element has a status of its own.
    private func accepted(_ body: PlatformAnswer, _ parts: [[UInt8]]) -> [PartOutcome] {
        let elements = body.elements("elements")
        return ranges(of: parts).map { range in
            for index in range where elements.indices.contains(index) {
                guard let status = elements[index]["status"]?.int64, status >= 400 else { continue }
                let words = elements[index]["error"]?["message"]?.string.map(PlatformWords.clean) ?? "status \(status)"
                switch status {
                case 429: return PartOutcome(.throttled(retryAfter: nil), words)
                case 408, 500...: return PartOutcome(.transient(retryAfter: nil), words)
                default: return PartOutcome(.rejected, words)
                }
            }
            return PartOutcome(.accepted)
        }
    }

    private func sunk(_ faults: [Int: String], _ words: String, _ parts: [[UInt8]]) -> [PartOutcome] {
        let outcomes = ranges(of: parts).map { range -> PartOutcome in
            let own = range.compactMap { faults[$0] }
            return own.isEmpty ? PartOutcome(.apart) : PartOutcome(.rejected, own.joined(separator: "; "))
        }
        guard outcomes.allSatisfy({ $0.verdict == .apart }) else { return outcomes }
        return Array(repeating: PartOutcome(parts.count > 1 ? .apart : .rejected, words), count: parts.count)
    }

    /// The places of each part's elements among all: one for each rule of its event.
    private func ranges(of parts: [[UInt8]]) -> [Range<Int>] {
        let mark = Array(#"{"conversion":"urn:lla:"#.utf8)
        var start = 0
        return parts.map { part in
            let count = max(1, part.ranges(of: mark).count)
            defer { start += count }
            return start..<(start + count)
        }
    }
}
