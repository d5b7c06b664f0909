public import EventModel
public import JSON

/// Money in a currency, as platforms want it.
public struct PlatformMoney: Sendable, Equatable {
    /// How much, as exact as the event has it.
    public let amount: Amount
    /// ISO 4217, upper-case.
    public let currency: String
    /// How many decimals the currency has.
    private let digitCount: Int

    /// Money.
    public init(_ amount: Amount, _ currency: String) {
        self.init(amount, currency, digitCount: Self.digitCount(of: currency))
    }

    /// Money in a currency whose decimals are known.
    init(_ amount: Amount, _ currency: String, digitCount: Int) {
        self.amount = amount
        self.currency = currency
        self.digitCount = digitCount
    }

    /// The amount with as many decimals as the currency has, halves away from zero.
    public var rounded: Amount { amount.rounded(toDigits: digitCount) }

    /// How many decimals a currency has (ISO 4217): 2 for nearly all.
    public static func digitCount(of currency: String) -> Int {
        var currency = currency
        return currency.withUTF8 { digitCount(of: $0) }
    }

    /// How many decimals a currency has; see ``digitCount(of:)-(String)``.
    static func digitCount(of currency: UnsafeBufferPointer<UInt8>) -> Int {
        guard currency.count == 3 else { return 2 }
        let code = UInt32(currency[0]) << 16 | UInt32(currency[1]) << 8 | UInt32(currency[2])
        if wholeCurrencies.contains(code) { return 0 }
        return thousandthCurrencies.contains(code) ? 3 : 2
    }

    private static let wholeCurrencies = codes(
        "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF")
    private static let thousandthCurrencies = codes("BHD IQD JOD KWD LYD OMR TND")

    private static func codes(_ words: String) -> [UInt32] {
        words.split(separator: " ").map { $0.utf8.reduce(UInt32(0)) { $0 << 8 | UInt32($1) } }
    }
}

extension Amount {
    /// The nearest amount with so many decimals, halves away from zero.
    public func rounded(toDigits count: Int) -> Amount {
        guard count < 6 else { return self }
        var unit: Int64 = 1
        for _ in count..<6 { unit *= 10 }
        // Nearly every amount fits a machine word, which divides ten times faster.
        if let word = Int64(exactly: micros), word.magnitude < UInt64(Int64.max) - UInt64(unit) {
            let rest = word % unit
            let whole = word - rest
            guard rest.magnitude * 2 >= UInt64(unit) else { return Amount(micros: Int128(whole)) }
            return Amount(micros: Int128(word < 0 ? whole - unit : whole + unit))
        }
        let (quotient, rest) = micros.magnitude.quotientAndRemainder(dividingBy: UInt128(unit))
        let whole = (Int128(quotient) + (rest * 2 >= UInt128(unit) ? 1 : 0)) * Int128(unit)
        return Amount(micros: isNegative ? -whole : whole)
    }

    /// Reads digits with at most one point and six decimals, as the canonical event has them.
    ///
    /// - Returns: nil for anything else, which ``init(_:)`` may know.
    init?(plain text: UnsafeBufferPointer<UInt8>) {
        guard let first = text.first, text.count <= 18 else { return nil }
        let isNegative = first == UInt8(ascii: "-")
        var (number, wholeCount, decimalCount, hasPoint): (Int64, Int, Int, Bool) = (0, 0, 0, false)
        for index in (isNegative ? 1 : 0)..<text.count {
            let byte = text[index]
            if byte.isASCIIDigit {
                number = number * 10 + Int64(byte - 48)
                if hasPoint { decimalCount += 1 } else { wholeCount += 1 }
            } else if byte == UInt8(ascii: "."), !hasPoint {
                hasPoint = true
            } else {
                return nil
            }
        }
        guard (1...12).contains(wholeCount), decimalCount <= 6, hasPoint == (decimalCount > 0) else { return nil }
        for _ in decimalCount..<6 { number *= 10 }
        self.init(micros: Int128(isNegative ? -number : number))
    }

    /// Lends plain decimal text with exactly so many decimals, at most six: `99.90`.
    func withText<Result>(digits count: Int, _ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result {
        rounded(toDigits: count).withText { text in
            let point = text.firstIndex(of: UInt8(ascii: "."))
            let missing = count - (point.map { text.count - $0 - 1 } ?? 0)
            guard missing > 0 else { return body(text) }
            return withUnsafeTemporaryAllocation(of: UInt8.self, capacity: text.count + missing + 1) { padded in
                var end = 0
                func put(_ byte: UInt8) {
                    padded[end] = byte
                    end += 1
                }
                for byte in text { put(byte) }
                if point == nil { put(UInt8(ascii: ".")) }
                for _ in 0..<missing { put(UInt8(ascii: "0")) }
                return body(UnsafeBufferPointer(rebasing: padded[..<end]))
            }
        }
    }
}

/// One product of an event, its members found in one pass.
public struct PlatformItem {
    /// The id that catalogues know it by: product id, else SKU.
    public var id: JSONValue? { productID ?? sku }
    /// The stock-keeping unit.
    public private(set) var sku: JSONValue?
    /// Its name.
    public private(set) var name: JSONValue?
    /// Its maker or label.
    public private(set) var brand: JSONValue?
    /// The category, in the sender's words.
    public private(set) var category: JSONValue?
    /// Which form of the product it is.
    public private(set) var variant: JSONValue?
    /// The coupon used for this line.
    public private(set) var coupon: JSONValue?
    /// The group of products that a catalogue has it in.
    public private(set) var groupID: JSONValue?
    /// The place in the list, as sent.
    public private(set) var position: JSONValue?
    private var productID: JSONValue?
    private var priceValue: JSONValue?
    private var quantityValue: JSONValue?

    init(_ item: JSONValue) {
        let table = PlatformKeyTable.shared
        for member in item.members {
            guard let ordinal = table.ordinal(of: member) else { continue }
            let value = member.value
            switch PlatformKey(ordinal: ordinal) {
            case .productID: productID = value.ifText
            case .sku: sku = value.ifText
            case .nameMember: name = value.ifText
            case .brand: brand = value.ifText
            case .category: category = value.ifText
            case .variant: variant = value.ifText
            case .coupon: coupon = value.ifText
            case .groupID: groupID = value.ifText
            case .position: position = value
            case .price: priceValue = value
            case .quantity: quantityValue = value
            default: break
            }
        }
    }

    /// The price of one piece in the event's currency.
    public var price: Amount? { priceValue?.amount }
    /// How many; nil if the sender did not say.
    public var quantity: Amount? { quantityValue?.amount }
    /// How many, as a whole number of at least 1.
    public var wholeQuantity: Int { max(1, quantity?.roundedDown ?? 1) }
}

extension PlatformEvent {

    /// What the event was worth (reference inbound, 6.5); zero is a value.
    public var value: Amount? { value(.order, .valueMember)?.amount }

    /// Value and currency; nil if either is unknown.
    public var money: PlatformMoney? {
        guard let currency, let value else { return nil }
        return PlatformMoney(value, currency, digitCount: priceDigitCount)
    }

    /// The products, in the order sent.
    public var items: [PlatformItem] { items { _ in true } }

    /// The products that a catalogue can know, in the order sent.
    public var identifiedItems: [PlatformItem] { items { $0.id != nil } }

    private func items(where isWanted: (PlatformItem) -> Bool) -> [PlatformItem] {
        var items: [PlatformItem] = []
        guard let list = value(.order, .items) else { return items }
        items.reserveCapacity(list.count)
        for element in list.elements {
            let item = PlatformItem(element)
            if isWanted(item) { items.append(item) }
        }
        return items
    }

    /// The sum of quantities; nil without products.
    public var itemCount: JSONValue? { value(.order, .itemCount) }

    /// The sum of quantities, as a whole number; that of these products if the event does not say.
    public func itemCount(of items: [PlatformItem]) -> Int {
        itemCount?.amount?.roundedDown ?? items.reduce(0) { $0 + $1.wholeQuantity }
    }

    /// What was searched for.
    public var searchText: JSONValue? { value(.order, .searchQuery).ifText }

    /// The order's id.
    public var orderID: JSONValue? { businessID(.orderID) }

    /// `product` or `article`, of a `view_content`.
    public var contentKind: JSONValue? { value(.order, .contentKind).ifText }

    /// An id of the business by its canonical name.
    func businessID(_ key: PlatformKey) -> JSONValue? { value(.order, key).ifText }

    /// A normalized amount of the order by its canonical name: `tax`, `shipping`, `discount`, `subtotal`.
    func orderAmount(_ key: PlatformKey) -> Amount? { value(.order, key)?.amount }
}
