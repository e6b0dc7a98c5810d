import Formats

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Small values that a resumed run needs beside the arenas, each under its name: what decides by
/// measurements remembers some.
///
///     state.keep("plateau", of: self, \.plateau)
///
/// Every rank keeps the same names; checkpoints hold the coordinator's values, which every rank gets
/// when a run is resumed. Numbers within them must be finite, integers signed 64-bit ones.
public final class NamedState {
  private struct Entry {
    let name: String
    let isOptional: Bool
    let read: () throws -> JSONValue
    let write: (JSONValue) throws -> Void
  }

  private var entries: [Entry] = []

  /// No values yet.
  public init() {}

  /// Keeps the value at `path` of `owner` under `name`.
  ///
  /// - Parameters:
  ///   - isOptional: whether it stays as it is where a checkpoint does not hold it.
  ///   - isValid: whether a value of a checkpoint may be used.
  /// - Precondition: `name` is not taken.
  public func keep<Owner: AnyObject, Value: Codable>(
    _ name: String, of owner: Owner, _ path: ReferenceWritableKeyPath<Owner, Value>,
    isOptional: Bool = false, where isValid: @escaping (Value) -> Bool = { _ in true }
  ) {
    precondition(!entries.contains { $0.name == name }, "\(name) is kept twice")
    entries.append(
      Entry(
        name: name, isOptional: isOptional,
        read: { [unowned owner] in
          try JSONValue(parsing: Array(JSONEncoder().encode(owner[keyPath: path])))
        },
        write: { [unowned owner] in
          let value = try JSONDecoder().decode(Value.self, from: Data($0.serialized().utf8))
          guard isValid(value) else {
            throw TrainingError(code: ExitCode.badContent, "a value in it is impossible")
          }
          owner[keyPath: path] = value
        }))
  }

  /// All values as they are now.
  func values() throws -> JSONObject {
    var values = JSONObject()
    for entry in entries { values[entry.name] = try entry.read() }
    return values
  }

  /// Sets all values to those of a checkpoint.
  ///
  /// - Throws: ``TrainingError`` where it holds no such value.
  func restore(_ values: JSONObject) throws {
    for entry in entries where !entry.isOptional || values[entry.name] != nil {
      do {
        guard let value = values[entry.name] else {
          throw TrainingError(code: ExitCode.badContent, "it is not there")
        }
        try entry.write(value)
      } catch {
        throw TrainingError(
          code: ExitCode.badContent,
          "the checkpoint's state of \(entry.name) cannot be used (\(error)); it is damaged, or was"
            + " written by another version of nntrain")
      }
    }
  }
}
