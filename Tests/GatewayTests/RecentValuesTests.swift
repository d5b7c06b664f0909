import Testing

@testable import Gateway

@Suite struct RecentValuesTests {
    @Test func keepsWhatIsUsedAndForgetsTheRest() {
        var values = RecentValues<Int, String>(limit: 4)
        values.remember("always", of: 0)
        for number in 1...100 {
            values.remember("once", of: number)
            #expect(values.value(of: 0) == "always")
        }
        #expect(values.value(of: 1) == nil)
        #expect(values.value(of: 100) == "once")
    }

    @Test func holdsAtMostTwoGenerations() {
        var values = RecentValues<Int, Int>(limit: 8)
        for number in 0..<1000 { values.remember(number, of: number) }
        #expect((0..<1000).filter { values.value(of: $0) != nil }.count <= 16)
    }

    @Test func theLatestValueCounts() {
        var values = RecentValues<Int, Int?>(limit: 1)
        values.remember(nil, of: 1)
        values.remember(2, of: 2)
        values.remember(3, of: 1)
        #expect(values.value(of: 1) == .some(3))
    }
}
