import Formats
import Training

/// What has become of one training of a comparison: values that ranks can tell each other.
struct MemberResult {
  /// The number of the member.
  var number: Int
  /// Its exit code; 0 where it came to its end.
  var code: Int32
  /// Why it failed.
  var reason: String?
  /// The content of its summary; nil where it failed.
  var summary: JSONValue?
  /// The lines of its history.
  var epochs: [JSONValue] = []

  /// The result of a training that ended in `directory` with `code`.
  init(_ number: Int, code: Int32, directory: String) throws {
    self.number = number
    self.code = code
    if code == ExitCode.stopped {
      reason = "stopped on request; the same command with --resume goes on"
      return
    }
    let summary = try JSONFile.read(directory + "/summary.json")
    self.summary = summary
    epochs = try MetricsFile.read(directory + "/" + MetricsFile.name)
    if summary["validation"] == nil {
      self.code = ExitCode.badConfiguration
      reason =
        "there is no validation part, by which variants are compared; set data.split.validation"
    }
  }

  /// A training that failed.
  init(_ number: Int, _ failure: (code: Int32, reason: String)) {
    self.number = number
    code = failure.code
    reason = failure.reason
  }

  /// The result as one text, for another rank.
  var text: JSONValue {
    var object = JSONObject([
      ("number", JSONValue(number)), ("code", JSONValue(Int(code))), ("epochs", .array(epochs)),
    ])
    object["reason"] = reason.map { JSONValue($0) }
    object["summary"] = summary
    return .object(object)
  }

  /// The result that another rank told.
  init?(_ text: JSONValue) {
    guard let number = text["number"]?.int, let code = text["code"]?.int else { return nil }
    self.number = number
    self.code = Int32(code)
    reason = text["reason"]?.string
    summary = text["summary"]
    epochs = text["epochs"]?.array ?? []
  }

  /// A figure of a part at the end of the training.
  func figure(_ part: String, _ name: String) -> Double? {
    code == 0 ? summary?[part]?[name]?.double : nil
  }
}
