import Testing

@testable import Configuration

/// What goes with records that are learnt from as they arrive.
@Suite struct FollowConfigurationTests {
  private static let data = "data={train: {path: a.csv}, follow: {folder: in}}"

  @Test("a stream has no end unless one is set")
  func length() throws {
    let text = smallText.replacing("training: {epochs: 3, batch: 16}", with: "training: {batch: 16}")
    #expect(try load(text, Self.data).training.length == .unlimited)
    #expect(try load(smallText, Self.data).training.length == .epochs(3))
  }

  @Test(
    "settings that do not go with a stream are refused",
    arguments: [
      ("training.batch=full", "training.batch is full"),
      ("data.augment=[{gaussian_noise: 0.1}]", "data.augment is about the samples"),
      ("data.bootstrap=true", "data.bootstrap is about the samples"),
      ("ensemble={members: 2}", "ensemble trains more than once"),
      ("data.train={format: npy, inputs: a.npy, targets: b.npy}", "which is npy"),
      (
        "data.train={path: a.csv, window: {length: 3}}",
        "data.train.window makes samples of several records"
      ),
      ("data.follow={idle: 1}", "data.follow needs either a folder or a pipe"),
      ("data.follow={folder: in, pipe: x}", "data.follow needs either a folder or a pipe"),
      ("data.follow={folder: in, end: a/b}", "data.follow.end is"),
    ])
  func conflicts(setting: String, words: String) {
    let error = failure(smallText, [Self.data, setting])
    #expect(error.kind == .badConfiguration)
    #expect(error.message.contains(words), "\(error)")
  }
}
