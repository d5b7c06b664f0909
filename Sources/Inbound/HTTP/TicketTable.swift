/// The requests of a loop that wait for their answers, found again by ticket in constant time.
///
/// A ticket is good once: when its place is used again it has another generation, so a late or doubled answer finds
/// nothing. The generation wraps after 2^32 uses of one place.
struct TicketTable<Element> {
    private var places: [(element: Element?, generation: UInt32)] = []
    private var free: [UInt32] = []

    /// How many requests wait.
    var count: Int { places.count - free.count }

    /// Keeps an element and says under which ticket.
    mutating func insert(_ element: Element) -> ExchangeTicket {
        if let slot = free.popLast() {
            places[Int(slot)].element = element
            return ExchangeTicket(slot: slot, generation: places[Int(slot)].generation)
        }
        places.append((element, 0))
        return ExchangeTicket(slot: UInt32(places.count - 1), generation: 0)
    }

    /// Gives up the element of a ticket; nil if that has happened before.
    mutating func take(_ ticket: ExchangeTicket) -> Element? {
        let index = Int(ticket.slot)
        guard index < places.count, places[index].generation == ticket.generation,
            let element = places[index].element.take()
        else { return nil }
        places[index].generation &+= 1
        free.append(ticket.slot)
        return element
    }

    /// The tickets of the elements that are wanted, in no order.
    func tickets(where isWanted: (Element) -> Bool) -> [ExchangeTicket] {
        guard count > 0 else { return [] }
        return places.enumerated().compactMap { slot, place in
            guard let element = place.element, isWanted(element) else { return nil }
            return ExchangeTicket(slot: UInt32(slot), generation: place.generation)
        }
    }

    /// Gives up everything.
    mutating func takeAll() -> [Element] {
        defer {
            places = []
            free = []
        }
        return places.compactMap(\.element)
    }
}
