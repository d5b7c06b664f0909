import EventModel

/// A set of names whose numbers differ from each other.
enum NumberSpace: Hashable {
    case accounts
    case environments(AccountNumber)
    case destinations

    /// The greatest number; 0 is never given.
    var numberLimit: UInt32 {
        switch self {
        case .accounts: .max
        case .environments, .destinations: UInt32(UInt16.max)
        }
    }

    /// What the names are of, for messages.
    var noun: StaticString {
        switch self {
        case .accounts: "accounts"
        case .environments: "environments of an account"
        case .destinations: "destinations"
        }
    }
}

/// Entries of `meta` that belong to the store itself.
///
/// Others may keep entries of their own there under keys that begin with a letter.
enum MetaKey {
    /// The version of keys and records.
    static let format = Array("format".utf8)

    /// The number of a name.
    static func number(of name: String, in space: NumberSpace) -> [UInt8] {
        [UInt8](building: { bytes in
            bytes.append(numbers)
            switch space {
            case .accounts: bytes.append(1)
            case .environments(let account):
                bytes.append(2)
                bytes.appendInteger(account.value)
            case .destinations: bytes.append(3)
            }
            bytes.appendText(name)
        })
    }

    /// All numbers of names.
    static let allNumbers = KeyRange(prefix: [numbers])

    /// The space and name in the key of a number.
    static func numberedName(_ key: [UInt8]) throws(MalformedRecord) -> (space: NumberSpace, name: String) {
        var reader = ByteReader(key)
        _ = try reader.integer(UInt8.self)
        let space: NumberSpace
        switch try reader.integer(UInt8.self) {
        case 1: space = .accounts
        case 2: space = .environments(try reader.account())
        case 3: space = .destinations
        default: throw MalformedRecord(reason: "its kind of name is unknown")
        }
        let name = try reader.text()
        try reader.finish()
        return (space, name)
    }

    private static let numbers: UInt8 = 1
}

/// Names and numbers as they are in `meta`.
struct NumberTables: Sendable {
    /// The names of one space.
    struct Table: Sendable {
        private(set) var numbers: [String: UInt32] = [:]
        private(set) var names: [UInt32: String] = [:]
        private var last: UInt32 = 0

        /// Takes the next number, or nil if all up to `limit` are taken.
        ///
        /// It is never given again, even if storing it fails: the failed write may have reached the disk after all.
        mutating func take(limit: UInt32) -> UInt32? {
            guard last < limit else { return nil }
            last += 1
            return last
        }

        /// Adds a name that has a number.
        mutating func insert(_ name: String, _ number: UInt32) {
            numbers[name] = number
            names[number] = name
            last = max(last, number)
        }
    }

    private var tables: [NumberSpace: Table] = [:]

    /// Reads everything that is in the store.
    init(reading store: any KeyValueStore) throws(StoreError) {
        let found = try store.entries(.meta, MetaKey.allNumbers) { key, value throws(MalformedRecord) in
            let (space, name) = try MetaKey.numberedName(key)
            var reader = ByteReader(value)
            let number = try reader.integer(UInt32.self)
            try reader.finish()
            guard number > 0, number <= space.numberLimit else {
                throw MalformedRecord(reason: "a number is out of range")
            }
            return (space: space, name: name, number: number)
        }
        for (space, name, number) in found {
            if let other = self[space].names[number] {
                throw StoreError(
                    .corrupt,
                    "\"\(other)\" and \"\(name)\" have the same number \(number) among \(space.noun); restore the data "
                        + "directory from a backup")
            }
            self[space].insert(name, number)
        }
    }

    /// The names of a space.
    subscript(_ space: NumberSpace) -> Table {
        get { tables[space] ?? Table() }
        set { tables[space] = newValue }
    }
}
