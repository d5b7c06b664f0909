import Testing

@testable import Inbound

@Suite struct HTTPTicketTableTests {
    @Test func givesEachElementUpOnce() {
        var table = TicketTable<String>()
        let (a, b) = (table.insert("a"), table.insert("b"))
        #expect(table.count == 2)
        #expect(table.take(a) == "a")
        #expect(table.take(a) == nil)
        let c = table.insert("c")
        #expect(c.slot == a.slot)
        #expect(table.take(a) == nil)
        #expect(table.take(b) == "b")
        #expect(table.take(c) == "c")
        #expect(table.count == 0)
    }

    @Test func knowsNoTicketOfAnother() {
        var table = TicketTable<String>()
        #expect(table.take(ExchangeTicket(slot: 7, generation: 0)) == nil)
    }

    @Test func findsTheTicketsOfThoseThatAreWanted() {
        var table = TicketTable<Int>()
        #expect(table.tickets(where: { _ in true }).isEmpty)
        let tickets = (0..<5).map { table.insert($0) }
        #expect(table.take(tickets[1]) == 1)
        let again = table.insert(6)
        var taken: [Int] = []
        for ticket in table.tickets(where: { $0.isMultiple(of: 2) }) {
            if let element = table.take(ticket) { taken.append(element) }
        }
        #expect(taken.sorted() == [0, 2, 4, 6])
        #expect(table.take(again) == nil)
        #expect(table.count == 1)
    }

    @Test func givesEverythingUp() {
        var table = TicketTable<String>()
        let (a, _) = (table.insert("a"), table.insert("b"))
        #expect(table.take(a) == "a")
        #expect(table.takeAll() == ["b"])
        #expect(table.count == 0)
    }

    @Test("agrees with a dictionary", arguments: [1, 2, 3] as [UInt64])
    func model(seed: UInt64) {
        var state = seed
        func random(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % bound
        }
        var table = TicketTable<Int>()
        var live: [(ExchangeTicket, Int)] = []
        var dead: [ExchangeTicket] = []
        for number in 0..<5000 {
            switch random(5) {
            case 0, 1: live.append((table.insert(number), number))
            case 2, 3:
                guard !live.isEmpty else { break }
                let (ticket, value) = live.remove(at: random(live.count))
                #expect(table.take(ticket) == value)
                dead.append(ticket)
            default: if !dead.isEmpty { #expect(table.take(dead[random(dead.count)]) == nil) }
            }
            #expect(table.count == live.count)
        }
    }
}
