import Crypto
import EventModel

/// Values that never identify anybody (reference identity, rule 3).
struct BlockedValues: Sendable {
    /// Sorted: few enough for a binary search, which needs no hashing.
    private let digests: [Digest]

    /// The built-in words, zeros and dashes of usual lengths, the empty string, the source's addresses, and the
    /// SHA-256 of each.
    init(source: SourceProfile, hasher: SHA256) {
        var texts = JunkValue.words + source.blockedEmails.map { $0.lowercased() }
        for count in 1...16 {
            texts.append(String(repeating: "0", count: count))
            texts.append(String(repeating: "-", count: count))
        }
        digests = Set(texts.map { hasher.digest(of: $0) }).sorted()
    }

    /// Whether the value that was hashed is blocked.
    func contains(_ digest: Digest) -> Bool {
        var low = 0
        var high = digests.count
        while low < high {
            let middle = (low + high) / 2
            if digests[middle] < digest {
                low = middle + 1
            } else {
                high = middle
            }
        }
        return low < digests.count && digests[low] == digest
    }

    /// Whether the value, or what it is the hash of, is blocked.
    func contains(_ text: String) -> Bool { text.withText { containsBytes($0) } }

    private func containsBytes(_ bytes: Span<UInt8>) -> Bool {
        if JunkValue.matches(bytes) || JunkValue.isPlaceholder(bytes) { return true }
        guard bytes.count == 64 else { return false }
        var words: [UInt8] = []
        words.reserveCapacity(64)
        for index in bytes.indices { words.append(bytes[index]) }
        return Digest(hex: words).map(contains) ?? false
    }
}
