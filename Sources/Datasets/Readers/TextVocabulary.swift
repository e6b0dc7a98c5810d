/// The characters of a text, numbered in the order of their code points.
public struct TextVocabulary: Hashable, Sendable {
  /// The characters, each as a text of its own: the names of the classes.
  public let characters: [String]
  private let numbers: [Unicode.Scalar: Int32]

  /// All characters of `text`.
  init(of text: some Sequence<Unicode.Scalar>) {
    let scalars = Set(text).sorted { $0.value < $1.value }
    characters = scalars.map { String($0) }
    numbers = Dictionary(
      uniqueKeysWithValues: scalars.enumerated().map { ($1, Int32($0)) })
  }

  /// The characters of a saved model.
  ///
  /// - Throws: Where the names are not different characters; `name` says whose they are.
  public init(characters: [String], _ name: String) throws(DatasetError) {
    var numbers: [Unicode.Scalar: Int32] = [:]
    for (number, text) in characters.enumerated() {
      let scalars = text.unicodeScalars
      guard let scalar = scalars.first, scalars.count == 1,
        numbers.updateValue(Int32(number), forKey: scalar) == nil
      else {
        throw DatasetError(
          .badRequest,
          "\(name): the model's classes (\(listed(characters, limit: 4))) are not the characters of a"
            + " text")
      }
    }
    self.characters = characters
    self.numbers = numbers
  }

  /// The number of `character`, or nil where it is unknown.
  public func number(of character: Unicode.Scalar) -> Int? { numbers[character].map(Int.init) }

  /// The numbers of the characters of `text`.
  ///
  /// - Throws: ``UnknownCharacters`` naming those that are unknown.
  public func numbers(
    of text: some Sequence<Unicode.Scalar>
  ) throws(UnknownCharacters) -> [Int32] {
    var found: [Int32] = []
    found.reserveCapacity(text.underestimatedCount)
    var unknown: [Unicode.Scalar] = []
    for scalar in text {
      if let number = numbers[scalar] {
        found.append(number)
      } else if !unknown.contains(scalar) {
        unknown.append(scalar)
      }
    }
    guard unknown.isEmpty else { throw UnknownCharacters(characters: unknown) }
    return found
  }
}

/// Characters that a vocabulary lacks.
public struct UnknownCharacters: Error, Hashable, CustomStringConvertible {
  /// The characters, in the order in which they were met.
  public let characters: [Unicode.Scalar]

  /// The first of them with their code points, such as `"é" (U+00E9)`.
  public var description: String {
    let names = characters.map { scalar in
      let digits = String(scalar.value, radix: 16, uppercase: true)
      let code = "U+" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
      // Control characters and marks would garble the message.
      return scalar.properties.isPatternWhitespace || scalar.value < 32
        || scalar.properties.generalCategory == .nonspacingMark
        ? code : "\"\(scalar)\" (\(code))"
    }
    return listed(names, limit: 8)
  }
}
