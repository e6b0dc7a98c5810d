/// How a picture is written.
public enum PictureFormat: String, CaseIterable, Sendable {
  /// Scalable Vector Graphics: text, for documents and browsers.
  case svg
  /// Portable Network Graphics: pixels.
  case png
}
