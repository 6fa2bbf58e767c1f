import OVSDB
import Testing

/// The members of objects, few and many of them.
struct JSONMembersTests {
    @Test(arguments: [0, 1, 2, 8, 9, 100]) func areFoundInWhateverOrderTheyCame(count: Int) throws {
        let names = (0..<count).map { "name \($0)" }.shuffled()
        let parsed = try JSON(parsing: "{" + names.map { "\"\($0)\":\"\($0)!\"" }.joined(separator: ",") + "}")
        let members = try #require(parsed.object)
        #expect(members.count == count)
        for name in names { #expect(members[name] == .string(name + "!")) }
        #expect(members["name"] == nil && members["name 00"] == nil && members["z"] == nil)
        #expect(members.map(\.key) == names.sorted())
        #expect(members == JSON.Members(names.reversed().map { ($0, .string($0 + "!")) }))
    }

    @Test func ofTwoWithOneNameTheLaterCounts() throws {
        #expect(try JSON(parsing: #"{"b":1,"a":2,"b":3,"a":4,"c":5,"b":6}"#) == ["a": 4, "b": 6, "c": 5])
        #expect(try JSON(parsing: #"{"a":1,"a":2}"#).text == #"{"a":2}"#)
        #expect(JSON.Members([(key: "x", value: 1), (key: "x", value: 2)]) == ["x": 2])
    }

    @Test func comeChangeAndGo() {
        var members: JSON.Members = ["b": 1]
        members["c"] = 2
        members["a"] = 3
        members["b"] = 4
        #expect(JSON.object(members).text == #"{"a":3,"b":4,"c":2}"#)
        members["b"] = nil
        members["d"] = nil
        #expect(JSON.object(members).text == #"{"a":3,"c":2}"#)
        #expect(members != ["a": 3] && members != ["a": 3, "c": 4])
        #expect(Set([members, ["c": 2, "a": 3]]).count == 1)
    }

    @Test func innerValuesStayApart() throws {
        let text = #"{"a":[[],[1,{"b":[2,{}]}],{}],"c":{"d":{"e":"f"},"g":[null,true]}}"#
        #expect(try JSON(parsing: text).text == text)
    }
}
