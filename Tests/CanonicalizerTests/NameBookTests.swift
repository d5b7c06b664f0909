import EventModel
import JSON
import Testing

@testable import Canonicalizer

@Suite struct NameBookTests {
    private let document = JSONDocument()

    /// What a book says of the names of an object's members, with and without marks.
    private func fields(_ text: String, _ book: NameBook) throws -> [FieldSpelling] {
        let object = try document.parse(text)
        book.beginEvent()
        book.mark(object)
        return object.members.map { book[$0].property }
    }

    @Test("a marked name means what it means unmarked")
    func marksChangeNothing() throws {
        let text = """
            {"order_id":1,"orderId":2,"Order-ID":3,"nothing":4,"":5,"ord\\u0065r_id2":6,"revenue":7,"caf\\u00e9":8,\
            "a_name_that_is_longer_than_what_a_book_keeps_of_a_name_in_bytes_":9,"email":10,"number":11}
            """
        let object = try document.parse(text)
        let unmarked = object.allMembers.map { String(reflecting: MemberName($0)) }
        let book = NameBook()
        for _ in 0..<2 {
            book.beginEvent()
            book.mark(object)
            #expect(object.allMembers.map { String(reflecting: book[$0]) } == unmarked)
        }
    }

    @Test("names with escapes are the names they stand for")
    func escapedNames() throws {
        let book = NameBook()
        let plain = try fields(#"{"revenue":1,"currency_code":1,"qty":1}"#, book)
        let escaped = try fields(#"{"reven\u0075e":1,"curr\u0065ncy_code":1,"qt\u0079":1}"#, book)
        #expect(plain == escaped)
        #expect(plain.allSatisfy { $0.rank != FieldSpelling.none })
    }

    @Test("names of up to 16 bytes that differ in one byte are told apart", arguments: 1...24)
    func similarNames(_ count: Int) throws {
        let book = NameBook()
        let name = Array("revenuerevenuerevenuerev".utf8.prefix(count))
        for position in 0..<count {
            var other = name
            other[position] = UInt8(ascii: "_")
            let text =
                "{\"\(String(decoding: name, as: UTF8.self))\":1,\"\(String(decoding: other, as: UTF8.self))\":2}"
            let object = try document.parse(text)
            book.mark(object)
            #expect(Set(object.members.map(\.mark)).count == 2)
        }
    }

    @Test("a full book reads names anew, and is emptied before the next event")
    func fullBook() throws {
        let book = NameBook()
        let names = (0..<NameBook.capacity + 10).map { "\"name\($0)\":0" }.joined(separator: ",")
        let first = try fields("{\(names),\"revenue\":1}", book)
        #expect(first.last?.rank == 0)
        let object = try document.parse("{\(names),\"revenue\":1}")
        book.mark(object)
        #expect(object.members.filter { $0.mark == 0 }.count == 12)
        book.beginEvent()
        #expect(try fields(#"{"revenue":1,"nothing":2}"#, book).map(\.rank) == [0, FieldSpelling.none])
    }

    @Test("an object that nobody has marked is of interest for everything")
    func unmarkedObjects() throws {
        let object = try document.parse(#"{"a":{"email":1}}"#)
        let book = NameBook()
        #expect(book.interests(of: object) == .everything)
        book.mark(object)
        #expect(book.interests(of: object) == [.isKnown, .privacyBelow])
        let inner = try #require(object[name: "a"])
        #expect(book.interests(of: inner).isSuperset(of: [.privacy, .personInTraits, .personInProperties]))
    }
}

@Suite struct EventNameMemoTests {
    @Test("a name is remembered as it was written, and what takes its place takes nothing else")
    func remembersNames() throws {
        let memo = EventNameMemo()
        let names = (0..<2000).map { "Order Completed \($0 * 7919)" }
        for name in names {
            let bytes = Array(name.utf8)
            #expect(memo.match(bytes.span)?.rule == nil)
            let match = EventNameMatcher.Match(
                definition: nil, name: EventName("custom"), rule: name, namesProduct: false)
            memo.remember(bytes.span, match)
            #expect(memo.match(bytes.span)?.rule == name)
        }
        for name in names {
            let bytes = Array(name.utf8)
            let rule = memo.match(bytes.span)?.rule
            #expect(rule == nil || rule == name)
        }
    }

    @Test(
        "a name means the same the second time", arguments: ["Order Completed", "  Order Completed ", "My own thing"])
    func saysTheSameAgain(_ name: String) throws {
        let harness = CanonicalizerHarness()
        let first = try harness.track(name)
        let second = try harness.track(name)
        #expect(first.json == second.json)
    }
}
