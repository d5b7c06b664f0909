import Crypto
import EventModel
import JSON
import Platform

/// Names, address, birth date and gender.
extension PersonReader {
    /// Reads the address and returns its country.
    mutating func readPlace() -> CountryCode? {
        var country: CountryCode?
        var last: PersonCandidates.Candidate?
        while country == nil, let candidate = candidates.next(.country, after: last) {
            last = candidate
            country = CountryCode(text: candidate.text)
        }
        if let country {
            user.country = country.text
            bytes.removeAll()
            bytes.append(contentsOf: country.bytes)
            addBytes(.country)
        }
        if add(.state, .state, by: { Region.appendState($0, country: country, to: &$1) }) { user.state = bytes.string }
        if add(.postalCode, .postalCode, by: { Region.appendPostalCode($0, country: country, to: &$1) }) {
            user.postalCode = bytes.string
        }
        add(.street, .street) { text, bytes in TextRule.street.append(text, to: &bytes) }
        if add(.city, .city, by: Self.appendCity), let city = candidates.next(.city) {
            bytes.removeAll()
            TextRule.namePlain.append(city.text, to: &bytes)
            user.city = bytes.string
        }
        return country
    }

    /// Appends a city, or nothing if the text does not begin with a letter.
    private static func appendCity(_ text: JSONText, to bytes: inout ByteBuffer) {
        TextRule.city.append(text, to: &bytes)
        if !bytes.isEmpty, bytes[0] < 0x80, !ASCII.isLetter(bytes[0]) { bytes.removeAll() }
    }

    /// Adds the hash of a part of the address.
    ///
    /// - Returns: Whether its normalized text is now in ``bytes``: not if there is none or if it came as a hash.
    @discardableResult
    private mutating func add(
        _ field: PersonField, _ hashed: HashedField, by normalize: (JSONText, inout ByteBuffer) -> Void
    ) -> Bool {
        guard let candidate = candidates.next(field), candidate.value.kind == .string || candidate.value.isInteger,
            !JunkText.containsName(candidate.text)
        else { return false }
        if let digest = Self.readyDigest(candidate.text) {
            add(hashed, digest)
            return false
        }
        bytes.removeAll()
        normalize(candidate.text, &bytes)
        if !bytes.isUsable { return false }
        addBytes(hashed)
        return true
    }

    mutating func readNames() {
        var first = name(.firstName)
        var last = name(.lastName)
        if first == nil || last == nil, let words = name(.fullName)?.twoWords {
            first = first ?? words.0
            last = last ?? words.1
        }
        if let first {
            addName(first, .firstName, .firstNamePlain, .firstNameGoogle, .firstNameAnalytics)
            user.plainFirstName = plainName(first)
        }
        if let last {
            addName(last, .lastName, .lastNamePlain, .lastNameGoogle, .lastNameAnalytics)
            user.plainLastName = plainName(last)
        }
    }

    private func name(_ field: PersonField) -> JSONText? {
        guard let candidate = candidates.next(field), candidate.value.kind == .string,
            !JunkText.containsName(candidate.text)
        else { return nil }
        return candidate.text
    }

    private func plainName(_ text: JSONText) -> String? {
        rules.keepsPlain && Self.readyDigest(text) == nil ? text.string : nil
    }

    private mutating func addName(
        _ text: JSONText, _ strict: HashedField, _ plain: HashedField, _ google: HashedField, _ analytics: HashedField
    ) {
        if let digest = Self.readyDigest(text) {
            add(strict, digest)
            return
        }
        bytes.removeAll()
        TextRule.nameStrict.append(text, to: &bytes)
        if !bytes.isUsable { return }
        addBytes(strict)
        // Of ASCII letters alone every rule makes the same.
        if text.allSatisfy(ASCII.isLetter) { return }
        variant.removeAll()
        TextRule.namePlain.append(text, to: &variant)
        if !variant.isEqual(to: bytes) {
            add(plain, variant.digest(by: rules.hasher))
            bytes.removeAll()
            bytes.append(variant)
        }
        addName(text, .nameGoogle, google)
        addName(text, .nameAnalytics, analytics)
    }

    /// Adds a form of a name unless it is the plain one, which is in ``bytes``.
    private mutating func addName(_ text: JSONText, _ rule: TextRule, _ field: HashedField) {
        variant.removeAll()
        rule.append(text, to: &variant)
        if variant.isUsable, !variant.isEqual(to: bytes) { add(field, variant.digest(by: rules.hasher)) }
    }

    mutating func readBirthDate(now: Timestamp) {
        guard let candidate = candidates.next(.birthDate) else { return }
        if let digest = Self.readyDigest(candidate.text) {
            add(.birthDate, digest)
            return
        }
        bytes.removeAll()
        BirthDate.append(candidate.value, now: now, to: &bytes)
        if bytes.isUsable { addBytes(.birthDate) }
    }

    mutating func readGender() {
        guard let candidate = candidates.next(.gender) else { return }
        if let digest = Self.readyDigest(candidate.text) {
            add(.gender, digest)
            return
        }
        guard let gender = Gender(text: candidate.text) else { return }
        bytes.removeAll()
        bytes.append(gender.rawValue)
        addBytes(gender == .neither ? .genderPinterest : .gender)
    }
}

extension JSONText {
    /// The two words of a text that has exactly two.
    fileprivate var twoWords: (JSONText, JSONText)? {
        guard let blank = firstIndex(of: 0x20) else { return nil }
        let second = self[blank + 1..<endIndex].trimmed
        guard !second.isEmpty, !second.contains(where: ASCII.isBlank) else { return nil }
        return (self[startIndex..<blank], second)
    }
}
