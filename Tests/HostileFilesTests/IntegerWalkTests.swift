import Formats
import Foundation
import Testing
import _HostileFiles
import _TestSupport

/// Every integer of the schema at and beyond its bounds: in a file, by `--set`, and in a saved model.
/// A value is refused by an error of nntrain's, or the run can be put together and its network compiled.
@Suite struct IntegerWalkTests {
  private static let values = JSONDamage.integers.map { JSONValue.integer($0) }
  /// The ends, for places that read by the same code.
  private static let few: [JSONValue] = [-1, .integer(1 << 62), .integer(.max)]

  @Test("in a file and by --set, alone in the smallest document that has the key")
  func configurations() throws {
    let places = try SchemaGrammar().integers
    #expect(places.count > 250)
    let now = CaseAtHand("configuration")
    var runnable = 0
    for place in places {
      var wasAccepted = false
      for value in Self.values + [place.maximum, 1, 2] {
        for (index, document) in place.documents(value).enumerated() {
          let began = Date()
          let text = document.serialized()
          try now.begin(text)
          let accepted = try ConfigurationProbe.accepts(text)
          wasAccepted = wasAccepted || accepted
          #expect(Date().timeIntervalSince(began) < 20, "\(place.path)=\(value.serialized())")
          guard Self.few.contains(value) else { continue }
          // The same value over one that is fine.
          let other = place.documents(2)[index].serialized()
          try now.begin("\(place.path)=\(value.serialized()) over \(other)")
          _ = try ConfigurationProbe.accepts(
            other, overrides: ["\(place.path)=\(value.serialized())"])
        }
      }
      if wasAccepted { runnable += 1 }
    }
    // The smallest documents of others lack a file, a validation part or the input of a layer.
    #expect(runnable * 3 > places.count, "\(runnable) of \(places.count) can be run")
    now.finish()
  }

  @Test("in the configuration of a saved model")
  func models() throws {
    let (metadata, tensors) = try ModelProbe.digits.untrained()
    try withTemporaryFolder { folder in
      let path = folder.path("m.safetensors")
      let now = CaseAtHand("model-configuration")
      defer { now.finish() }
      for place in try SchemaGrammar().integers {
        for value in Self.few {
          guard let document = place.documents(value).first else { continue }
          var changed = metadata
          changed["configuration"] = document.serialized()
          try now.begin(document.serialized())
          try ModelProbe.write(changed, tensors, to: path)
          _ = try ModelProbe.digits.accepts(path: path)
        }
      }
    }
  }
}
