import JSON

/// Tells from a member's name what its value is that must not be kept as it is.
///
/// Looks at the last one or two words of the name: `customer_email`, `billingPhoneNumber` and `card-number` count,
/// `smartphone` and `order_number` do not. Of cards, any word counts (``CardName``).
enum SensitiveName: Sendable, Equatable {
    /// E-mail, phone, name, birthday, gender, address, IP address, number of an identity paper.
    case personal
    /// Passwords, tokens, keys, cookies.
    case secret
    /// The number of a payment card.
    case cardNumber
    /// The check number on a payment card.
    case cardCode
    /// Something about a card, maybe its number.
    case card

    /// What a name means; nil if it is harmless.
    init?(_ name: JSONText) {
        var end = name.endIndex
        while end > name.startIndex, !ASCII.isLetter(name[end - 1]) {
            if name[end - 1] >= 0x80 { return nil }
            end -= 1
        }
        let meaning = Self.mayEndSensitive(name, end: end) ? Self.classify(name, end: end) : nil
        if let meaning = meaning ?? (CardName.mayBe(name) ? CardName(name.string)?.meaning : nil) {
            self = meaning
        } else {
            return nil
        }
    }

    private static func classify(_ name: JSONText, end: Int) -> SensitiveName? {
        var position = end
        let last = word(before: &position, in: name)
        guard let last else { return nil }
        if let always = single[last] { return always }
        if let after = pairs[last] {
            guard let previous = word(before: &position, in: name) else { return nil }
            return after.first { $0.words.contains(previous) }?.meaning
        }
        // Words run together: `customeremail`, `billingphone`.
        for row in glued where last.count > row.name.count {
            if let prefix = last.dropping(suffix: row.name), owners.contains(prefix) { return row.meaning }
        }
        return nil
    }

    /// The word that ends before `position`, which moves to its beginning.
    ///
    /// Words end at anything but letters and digits and where a small letter meets a capital. Nil for words of more than
    /// 16 letters.
    private static func word(before position: inout Int, in name: JSONText) -> FoldedName? {
        while position > name.startIndex, !ASCII.isAlphanumeric(name[position - 1]) { position -= 1 }
        var packed: UInt128 = 0
        var count = 0
        while position > name.startIndex {
            let byte = name[position - 1]
            guard ASCII.isAlphanumeric(byte) else { break }
            if count < FoldedName.countMax { packed |= UInt128(ASCII.lowercased(byte)) << UInt128(count * 8) }
            count += 1
            position -= 1
            let isStart =
                ASCII.isUpper(byte) && position > name.startIndex && ASCII.isLower(name[position - 1])
            if isStart { break }
        }
        return 1...FoldedName.countMax ~= count ? FoldedName(packed: packed) : nil
    }

    // MARK: Words

    /// Words that say enough alone.
    private static let singleWords: [(meaning: SensitiveName, words: String)] = [
        (
            .personal,
            """
            email emails emailaddress useremail mailaddress phone phones phonenumber telephone tel mobile mobilenumber
            mobilephone cellphone msisdn whatsapp fax faxnumber firstname lastname middlename surname givenname familyname
            fullname maidenname fname lname cardholder cardholdername birthday birthdate birth dob dateofbirth gender sex
            address addresses streetaddress street ipaddress ip zip zipcode postalcode postcode ssn passport
            """
        ),
        (
            .secret,
            """
            password passwd pwd passcode passphrase pin otp secret token accesstoken authtoken refreshtoken idtoken
            sessiontoken devicetoken pushtoken apikey secretkey privatekey writekey cookie cookies jwt
            """
        ),
        (.cardNumber, "cardnumber cardno ccnumber ccnum creditcardnumber pan"),
        (.cardCode, "cvv cvc csc cvn cardcode securitycode"),
        (.card, "card cards cc creditcard debitcard"),
    ]

    /// Words that need the word before them.
    private static let wordPairs: [(last: String, meaning: SensitiveName, previous: String)] = [
        ("mail", .personal, "e"),
        ("number", .personal, "phone mobile tel telephone contact cell cellphone fax whatsapp passport security"),
        ("no", .personal, "phone mobile tel telephone contact cell"),
        ("line", .personal, "address street"),
        (
            "name", .personal,
            """
            first last middle given family full sur maiden nick contact customer recipient billing shipping delivery buyer
            guest patient passenger traveler traveller holder cardholder card person legal
            """
        ),
        ("code", .personal, "zip postal post"),
        ("date", .personal, "birth"),
        ("number", .cardNumber, "card credit debit cc"),
        ("no", .cardNumber, "card credit debit cc"),
        ("num", .cardNumber, "card credit debit cc"),
        ("code", .cardCode, "security card cvv cvc verification"),
        ("code", .secret, "pin pass otp"),
        ("key", .secret, "api secret private write access auth encryption signing"),
    ]

    /// Whose e-mail, phone or address a name without separators may be.
    private static let owners = Set(
        words(
            """
            customer user billing shipping delivery contact recipient sender buyer guest client member account home work
            business company primary secondary default my parent owner friend patient person personal e mobile cell
            """))

    private static let glued: [(name: FoldedName, meaning: SensitiveName)] =
        words("email phone phonenumber mobile address firstname lastname fullname zip zipcode postalcode street")
        .map { ($0, .personal) } + words("password token secret").map { ($0, .secret) }

    private struct Pair: Sendable {
        let words: Set<FoldedName>
        let meaning: SensitiveName
    }

    private static let single: FoldedTable<SensitiveName> = FoldedTable(
        singleWords.flatMap { row in
            row.words.split(whereSeparator: \.isWhitespace).map { (String($0), row.meaning) }
        })

    private static let pairs: FoldedTable<[Pair]> = {
        var table: [String: [Pair]] = [:]
        for row in wordPairs {
            table[row.last, default: []].append(Pair(words: Set(words(row.previous)), meaning: row.meaning))
        }
        return FoldedTable(table.map { ($0.key, $0.value) })
    }()

    private static func words(_ text: String) -> [FoldedName] {
        text.split(whereSeparator: \.isWhitespace).map { FoldedName(known: String($0)) }
    }

    // MARK: The first look

    /// Whether the last three letters before `end`, or both if there are but two, are those of some word above.
    private static func mayEndSensitive(_ name: JSONText, end: Int) -> Bool {
        let count = end - name.startIndex
        guard count >= 2 else { return false }
        let third = count >= 3 ? name[end - 3] & 31 : 0
        let index = Int(third) << 10 | Int(name[end - 2] & 31) << 5 | Int(name[end - 1] & 31)
        return endings[index >> 6] & 1 << UInt64(index & 63) != 0
    }

    /// A bit for every three letters, by their lowest five bits, that end a word of the tables.
    ///
    /// A word of two letters may follow anything.
    private static let endings: [UInt64] = {
        var bits = [UInt64](repeating: 0, count: 1 << 15 / 64)
        let all = singleWords.flatMap { $0.words.split(whereSeparator: \.isWhitespace).map(String.init) }
        for word in all + wordPairs.map(\.last) {
            let letters = word.utf8.suffix(3).map { Int($0 & 31) }
            let tail = letters.suffix(2).reduce(0) { $0 << 5 | $1 }
            for third in letters.count == 3 ? letters[0]...letters[0] : 0...31 {
                let index = third << 10 | tail
                bits[index >> 6] |= 1 << UInt64(index & 63)
            }
        }
        return bits
    }()
}
