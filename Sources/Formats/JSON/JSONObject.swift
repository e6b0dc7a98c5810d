/// The named values of a JSON object, in the order in which the names were first set.
public struct JSONObject: Hashable, Sendable {
  /// The names in order.
  public private(set) var keys: [String] = []
  private var values: [String: JSONValue] = [:]

  /// An object without values.
  public init() {}

  /// An object of the given values; of two of one name the last counts.
  public init(_ members: some Sequence<(String, JSONValue)>) {
    for (key, value) in members { self[key] = value }
  }

  /// The number of named values.
  public var count: Int { keys.count }

  /// Names and values in order.
  public var members: [(key: String, value: JSONValue)] {
    keys.map { ($0, values[$0] ?? .null) }
  }

  /// The value of `key`; setting nil removes it.
  public subscript(key: String) -> JSONValue? {
    get { values[key] }
    set {
      if let newValue {
        if values.updateValue(newValue, forKey: key) == nil { keys.append(key) }
      } else if values.removeValue(forKey: key) != nil {
        keys.removeAll { $0 == key }
      }
    }
  }
}

extension JSONObject: ExpressibleByDictionaryLiteral {
  /// Named values in the order written.
  public init(dictionaryLiteral elements: (String, JSONValue)...) { self.init(elements) }
}
