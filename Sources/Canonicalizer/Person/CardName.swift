import JSON

/// A name that has to do with payment cards in any of its words (reference inbound, section 9, row 84).
///
/// `card_number_raw`, `cardPan`, `creditcardinfo` and `cvv_value` count. Whether something stands there that must go is for
/// its value to say, but for check numbers, which nothing tells from other numbers.
struct CardName: Equatable {
    /// ``SensitiveName/cardCode`` or ``SensitiveName/card``.
    let meaning: SensitiveName

    /// Longer names are no form's.
    private static let byteLimit = 64

    /// Whether a look at the words of a name is worth it: turns most names away for a few instructions a byte.
    static func mayBe(_ name: JSONText) -> Bool {
        guard name.count <= byteLimit else { return false }
        var word: UInt32 = 0
        for byte in name {
            word = word << 8 | UInt32(byte | 0x20)
            // cvv, cvc, ccv, csc, cvn, pan
            switch word & 0xFF_FFFF {
            case 0x63_7676, 0x63_7663, 0x63_6376, 0x63_7363, 0x63_766E, 0x70_616E: return true
            default: break
            }
            // cc, card, prim
            if word & 0xFFFF == 0x6363 || word == 0x6361_7264 || word == 0x7072_696D { return true }
        }
        return false
    }

    /// What a name means; nil if it has no such word.
    init?(_ name: String) {
        let words = Self.words(of: name)
        let isCard =
            words.contains { word in Self.cards.contains(word) || Self.beginnings.contains(where: word.hasPrefix) }
            || Self.accountNumber.isSubset(of: words)
        if !words.isDisjoint(with: Self.codes) || isCard && words.contains("verification") {
            meaning = .cardCode
        } else if isCard {
            meaning = .card
        } else {
            return nil
        }
    }

    private static let cards: Set<String> = ["card", "cards", "cc", "pan"]
    /// What words that are run together begin with.
    private static let beginnings = ["creditcard", "debitcard", "cardnum", "cardno", "cardpan", "ccnum", "ccno"]
    private static let codes: Set<String> = [
        "cvv", "cvv2", "cvc", "cvc2", "ccv", "csc", "cvn", "cardcvv", "cardcvc", "cardccv", "cardcode",
    ]
    private static let accountNumber: Set<String> = ["primary", "account", "number"]

    /// The words in lower case: they end at anything but letters and digits, and where a small letter meets a capital.
    private static func words(of name: String) -> Set<String> {
        var words: Set<String> = []
        var word = ""
        for character in name.unicodeScalars {
            let isPart = character.properties.isAlphabetic || ("0"..."9").contains(character)
            let isStart =
                character.properties.isUppercase && word.unicodeScalars.last?.properties.isLowercase == true
            if !isPart || isStart {
                words.insert(word.lowercased())
                word = ""
            }
            if isPart { word.unicodeScalars.append(character) }
        }
        words.insert(word.lowercased())
        words.remove("")
        return words
    }
}
