/// A parser of a stream of JSON values that come in pieces of any size, as on a socket.
///
/// Values may follow each other with or without blanks between them. What cannot be the beginning of a valid value is
/// refused at the first wrong byte. After an error the parser stays failed: the stream has no further boundary.
public struct JSONParser: Sendable {
    /// What a peer may ask of our memory.
    public struct Limits: Sendable {
        /// The bytes that one value may take on the wire.
        public var bytes: Int
        /// How deeply arrays and objects may be nested (OVS: 1000).
        public var depth: Int

        /// Limits of `bytes` and `depth`.
        public init(bytes: Int = 256 << 20, depth: Int = 1000) {
            self.bytes = bytes
            self.depth = depth
        }
    }

    /// What the next byte belongs to.
    enum State: Sendable {
        case idle, value, firstElement, firstKey, key, colon, afterValue
        case string, escape, unicode, number, literal
    }

    /// An array or object whose end has not come: where what it holds begins in ``elements``, and in ``names``.
    struct Frame: Sendable {
        let isObject: Bool
        let firstElement: Int
        let firstName: Int
    }

    let limits: Limits
    var state = State.idle
    /// Why the stream cannot be read any further.
    private var failure: OVSDBError?
    var stack: [Frame] = []
    /// What the arrays and objects in work hold so far, those further in behind those further out.
    var elements: [JSON] = []
    /// The names of the members in work.
    var names: [String] = []
    /// The unfinished string, number or word.
    var scratch: [UInt8] = []
    /// Whether the string in work is the name of a member.
    var isName = false
    /// The hexadecimal digits of a `\u` met, and their value.
    var unicodeDigits = 0
    var unicodeValue: UInt32 = 0
    /// The first half of a surrogate pair.
    var highSurrogate: UInt32?
    /// The bytes of the value in work that earlier pieces held.
    private var used = 0
    /// The bytes of the whole stream before the present piece.
    var consumed = 0

    /// A parser at the start of a stream.
    public init(limits: Limits = Limits()) {
        self.limits = limits
    }

    /// Whether the stream stands between two values.
    public var isIdle: Bool { state == .idle && failure == nil }

    /// Takes the next piece of the stream and appends the values that it completes to `values`.
    ///
    /// - Throws: code ``OVSDBError/Code/syntax``; the values before the error have been appended.
    public mutating func feed(_ bytes: UnsafeRawBufferPointer, into values: inout [JSON]) throws(OVSDBError) {
        if let failure { throw failure }
        var index = 0
        var start = 0
        do throws(OVSDBError) {
            while index < bytes.count {
                try step(bytes, &index, &values)
                if state == .idle {
                    start = index
                    used = 0
                }
            }
            consumed += bytes.count
            used += bytes.count - start
            if used > limits.bytes { throw syntax("value of more than \(limits.bytes) bytes", at: 0) }
        } catch {
            failure = error
            stack = []
            elements = []
            names = []
            scratch = []
            throw error
        }
    }

    /// Takes the next piece of the stream, with the memory of `workspace`: another's only while a value is unfinished.
    ///
    /// - Throws: code ``OVSDBError/Code/syntax``; the values before the error have been appended.
    public mutating func feed(
        _ bytes: UnsafeRawBufferPointer, into values: inout [JSON], using workspace: JSONWorkspace
    ) throws(OVSDBError) {
        if isIdle { exchange(with: workspace) }
        defer {
            if isIdle {
                exchange(with: workspace)
                // Another parser's may have come meanwhile.
                if stack.capacity + scratch.capacity > 0 { (stack, elements, names, scratch) = ([], [], [], []) }
            }
        }
        try feed(bytes, into: &values)
    }

    private mutating func exchange(with workspace: JSONWorkspace) {
        swap(&stack, &workspace.stack)
        swap(&elements, &workspace.elements)
        swap(&names, &workspace.names)
        swap(&scratch, &workspace.scratch)
    }

    /// Takes the next piece of the stream as an array.
    public mutating func feed(_ bytes: some Collection<UInt8>, into values: inout [JSON]) throws(OVSDBError) {
        let result: Result<Void, OVSDBError> = Array(bytes).withUnsafeBytes { raw in
            do throws(OVSDBError) { return .success(try feed(raw, into: &values)) } catch { return .failure(error) }
        }
        try result.get()
    }

    /// Says that the stream ended: completes a number or word at its end.
    ///
    /// - Throws: code ``OVSDBError/Code/syntax`` when a value has begun and not ended.
    public mutating func finish(into values: inout [JSON]) throws(OVSDBError) {
        if let failure { throw failure }
        switch state {
        case .idle: return
        case .number: try endNumber(&values, at: 0)
        case .literal: try endLiteral(&values, at: 0)
        default: break
        }
        if !isIdle {
            let error = syntax("unexpected end of input", at: 0)
            failure = error
            throw error
        }
    }

    /// An error at the byte `offset` of the present piece.
    func syntax(_ what: String, at offset: Int) -> OVSDBError {
        OVSDBError(.syntax, "byte \(consumed + offset): \(what)")
    }

    /// Puts a finished value where it belongs.
    mutating func complete(_ value: JSON, _ values: inout [JSON]) {
        guard !stack.isEmpty else {
            values.append(value)
            state = .idle
            return
        }
        elements.append(value)
        state = .afterValue
    }

    /// Ends the innermost array or object.
    mutating func close(_ values: inout [JSON]) {
        guard let frame = stack.popLast() else { return }
        let value: JSON
        if frame.isObject {
            let members = JSON.Members(
                names: &names, from: frame.firstName, values: &elements, from: frame.firstElement)
            value = .object(members)
        } else {
            value = .array(Self.taken(from: &elements, at: frame.firstElement))
        }
        // What a large value took is not kept for the small ones to come.
        if stack.isEmpty, elements.capacity > 1024 { (elements, names) = ([], []) }
        complete(value, &values)
    }

    /// Takes the elements from `first` on away from `elements`; they are moved, so that nothing is retained.
    private static func taken(from elements: inout [JSON], at first: Int) -> [JSON] {
        var result: [JSON] = []
        result.reserveCapacity(elements.count - first)
        for index in first..<elements.count {
            var element = JSON.null
            swap(&element, &elements[index])
            result.append(element)
        }
        elements.removeLast(elements.count - first)
        return result
    }
}

extension JSON {
    /// The one value that `bytes` hold, blanks around it allowed.
    ///
    /// - Throws: code ``OVSDBError/Code/syntax``.
    public init(parsing bytes: UnsafeRawBufferPointer) throws(OVSDBError) {
        var parser = JSONParser(limits: .init(bytes: .max))
        var values: [JSON] = []
        try parser.feed(bytes, into: &values)
        try parser.finish(into: &values)
        guard let value = values.first, values.count == 1 else {
            throw OVSDBError(.syntax, values.isEmpty ? "empty input" : "trailing garbage at end of input")
        }
        self = value
    }

    /// The same of bytes that are held otherwise.
    public init(parsing bytes: some Collection<UInt8>) throws(OVSDBError) {
        let result: Result<JSON, OVSDBError> = Array(bytes).withUnsafeBytes { raw in
            do throws(OVSDBError) { return .success(try JSON(parsing: raw)) } catch { return .failure(error) }
        }
        self = try result.get()
    }

    /// The one value that `text` holds.
    public init(parsing text: String) throws(OVSDBError) {
        try self.init(parsing: text.utf8)
    }
}
