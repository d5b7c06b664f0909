/// Brings event names to the one spelling that they are compared in (reference inbound, 6.1).
///
/// Compatibility forms folded, control and format characters dropped, a space put at word boundaries of camel case,
/// separators and white space made one space, trimmed, lower-cased. White space that is a control character (tab, line
/// feed) counts as white space. Of Unicode's compatibility forms (NFKC) it folds the spaces and ``CompatibilityForms``.
///
/// Reuses its memory: ASCII names cost no allocation.
struct NameNormalizer: Sendable {
    /// The last name in its normal form: UTF-8.
    private(set) var bytes: [UInt8] = []

    /// A normalizer with room for names of usual length.
    init() { bytes.reserveCapacity(512) }

    /// Leaves the normal form of `name` in ``bytes``.
    mutating func normalize(_ name: Span<UInt8>) {
        bytes.removeAll(keepingCapacity: true)
        for index in name.indices {
            let byte = name[index]
            if byte >= 0x7F || byte < 0x20 && !byte.isASCIISpace {
                normalizeUnicode(name.text(in: 0..<name.count))
                return
            }
        }
        var words = WordSplitter()
        var kind = name.isEmpty ? LetterKind.separator : LetterKind(name[0])
        for index in name.indices {
            let following = index + 1 < name.count ? LetterKind(name[index + 1]) : .separator
            switch words.step(kind, before: following) {
            case .drop: break
            case .spaceAndKeep:
                bytes.append(0x20)
                bytes.append(name[index].lowered)
            case .keep: bytes.append(name[index].lowered)
            }
            kind = following
        }
    }

    /// Leaves the normal form of `name` in ``bytes``.
    mutating func normalize(_ name: String) { normalize(Array(name.utf8).span) }

    private mutating func normalizeUnicode(_ name: String) {
        bytes.removeAll(keepingCapacity: true)
        var scalars: [Unicode.Scalar] = []
        for scalar in name.unicodeScalars { Self.fold(scalar, into: &scalars) }
        var words = WordSplitter()
        for index in scalars.indices {
            let kind = LetterKind(scalars[index])
            let following = index + 1 < scalars.count ? LetterKind(scalars[index + 1]) : .separator
            switch words.step(kind, before: following) {
            case .drop: continue
            case .spaceAndKeep: bytes.append(0x20)
            case .keep: break
            }
            bytes.append(contentsOf: scalars[index].properties.lowercaseMapping.utf8)
        }
    }

    /// Appends what Unicode's compatibility composition makes of a scalar, or nothing for what is dropped.
    private static func fold(_ scalar: Unicode.Scalar, into scalars: inout [Unicode.Scalar]) {
        if let plain = CompatibilityForms.plain(scalar) {
            scalars.append(contentsOf: plain.unicodeScalars)
        } else if scalar.properties.isWhitespace {
            scalars.append(" ")
        } else if scalar.properties.generalCategory != .control, scalar.properties.generalCategory != .format {
            scalars.append(scalar)
        }
    }
}

/// What a character means for word boundaries.
private enum LetterKind {
    case separator, lower, upper, other

    @inline(__always)
    init(_ byte: UInt8) {
        if byte.isASCIILetter {
            self = byte.isASCIIUpper ? .upper : .lower
            return
        }
        switch byte {
        case UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "/"), UInt8(ascii: ":"),
            UInt8(ascii: "$"):
            self = .separator
        default: self = byte.isASCIISpace ? .separator : .other
        }
    }

    init(_ scalar: Unicode.Scalar) {
        if scalar.isASCII {
            self.init(UInt8(truncatingIfNeeded: scalar.value))
        } else if scalar.properties.isUppercase {
            self = .upper
        } else {
            self = scalar.properties.isLowercase ? .lower : .other
        }
    }
}

/// Finds where words begin: after separators, at `lowerUpper`, and at the last capital of `ACRONYMWord`.
private struct WordSplitter {
    enum Step { case drop, keep, spaceAndKeep }

    private var previous = LetterKind.separator
    private var isEmpty = true
    private var hasPendingSpace = false

    @inline(__always)
    mutating func step(_ kind: LetterKind, before following: LetterKind) -> Step {
        let isBoundary = kind == .upper && (previous == .lower || previous == .upper && following == .lower)
        previous = kind
        if kind == .separator {
            hasPendingSpace = !isEmpty
            return .drop
        }
        let step: Step = (hasPendingSpace || isBoundary) && !isEmpty ? .spaceAndKeep : .keep
        hasPendingSpace = false
        isEmpty = false
        return step
    }
}
