/// A JSON value: what `metrics.jsonl`, `summary.json` and the headers of safetensors files hold.
///
/// Integers that fit are kept apart from other numbers, so that 64-bit counts survive a round trip.
public enum JSONValue: Hashable, Sendable {
  /// Nothing; also what a number that is not finite becomes in a file.
  case null
  /// True or false.
  case bool(Bool)
  /// A number written without fraction and exponent, of 64 bits.
  case integer(Int64)
  /// Any other number.
  case number(Double)
  /// A text.
  case string(String)
  /// Values in order.
  case array([JSONValue])
  /// Named values, in the order in which they were set.
  case object(JSONObject)
}

extension JSONValue {
  /// An integer.
  public init(_ value: Int) { self = .integer(Int64(value)) }

  /// A number.
  public init(_ value: Double) { self = .number(value) }

  /// A number of single precision, written with as few digits as it needs: 0.1, not
  /// 0.10000000149011612.
  public init(_ value: Float) { self = .number(Double(value.description) ?? Double(value)) }

  /// A text.
  public init(_ value: String) { self = .string(value) }

  /// The text, if this is one.
  public var string: String? { if case .string(let value) = self { value } else { nil } }

  /// The truth value, if this is one.
  public var bool: Bool? { if case .bool(let value) = self { value } else { nil } }

  /// The integer, if this is one that fits.
  public var int: Int? { if case .integer(let value) = self { Int(exactly: value) } else { nil } }

  /// The number, if this is one, integers included.
  public var double: Double? {
    switch self {
    case .integer(let value): Double(value)
    case .number(let value): value
    default: nil
    }
  }

  /// The values, if this is an array.
  public var array: [JSONValue]? { if case .array(let value) = self { value } else { nil } }

  /// The named values, if this is an object.
  public var object: JSONObject? { if case .object(let value) = self { value } else { nil } }

  /// The value of `key`, if this is an object that has it.
  public subscript(key: String) -> JSONValue? { object?[key] }
}

extension JSONValue: ExpressibleByNilLiteral, ExpressibleByBooleanLiteral,
  ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral, ExpressibleByStringLiteral,
  ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
  /// `nil` is null.
  public init(nilLiteral: ()) { self = .null }
  /// `true` or `false`.
  public init(booleanLiteral value: Bool) { self = .bool(value) }
  /// An integer.
  public init(integerLiteral value: Int64) { self = .integer(value) }
  /// A number.
  public init(floatLiteral value: Double) { self = .number(value) }
  /// A text.
  public init(stringLiteral value: String) { self = .string(value) }
  /// A list of values.
  public init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
  /// Named values in the order written.
  public init(dictionaryLiteral elements: (String, JSONValue)...) {
    self = .object(JSONObject(elements))
  }
}
