import Datasets
import Testing

@testable import Configuration

/// Augmentations of a configuration with the data and the objective that they meet.
@Suite struct AugmentationAssemblyTests {
  private func assemble(_ augment: String, _ overrides: String...) throws -> RunAssembly {
    var text = smallText.replacing("data: digits", with: "data: {source: digits, take: 40}")
    for override in overrides { text += "\n" + override }
    return try RunAssembly(
      ConfigurationLoader.load(
        text: text, source: "a.yaml", name: "a", folder: nil, overrides: ["data.augment=\(augment)"]
      ),
      ranks: 1)
  }

  @Test func augmentationsSeeTheSamplesBeforePreprocessing() throws {
    let plan = try #require(
      try assemble("[random_flip, {random_brightness: 0.1}]").plan.augmentation)
    #expect(plan.valueRange == 0...16 && plan.steps.count == 2 && plan.rescaling == nil)
    #expect(plan.source.count == 40)
    #expect(try assemble("[]").plan.augmentation == nil)
  }

  @Test(arguments: [
    (
      "[{random_crop: {height: 11, padding: 1}}]",
      "data.augment.0: random_crop cuts out 11×8 pixels"
    ),
    ("[{random_crop: {height: 8}}]", "random_crop cuts out the whole image"),
    ("[random_flip, {random_saturation: 0.4}]", "data.augment.1: random_saturation needs red"),
    ("[mix_up, {mixup: 1}]", "data.augment.1: mix_up stands in the list a second time"),
  ])
  func whatCannotBeIsTold(augment: String, message: String) throws {
    let error = #expect(throws: ConfigurationError.self) { _ = try assemble(augment) }
    #expect(error?.exitCode == 78 && error?.message.contains(message) == true, "\(error as Any)")
  }

  @Test func mixturesNeedTargetsThatCanBeMixed() throws {
    func message(_ objective: String, _ step: String = "mix_up") -> String {
      do {
        let text = smallText.replacing("categorical_crossentropy", with: objective)
        _ = try RunAssembly(
          ConfigurationLoader.load(
            text: text, source: "a.yaml", name: "a", folder: nil,
            overrides: ["data.augment=[\(step)]"]), ranks: 1)
        return "none"
      } catch { return "\(error)" }
    }
    #expect(message("categorical_crossentropy") == "none")
    #expect(message("mean_squared_error") == "none")
    #expect(message("binary_crossentropy") == "none")
    #expect(message("sparse_categorical_crossentropy").contains("reads class numbers"))
    #expect(message("hinge").contains("needs −1 or 1"))
    for objective in ["sparse_categorical_crossentropy", "hinge"] {
      #expect(message(objective, "{mix_up: {within_class: true}}") == "none")
    }
  }

  @Test func tablesAndVectorsAreNoImages() throws {
    let vector = "{source: synthetic, shape: [5], classes: 10, count: 40}"
    func message(_ augment: String) throws -> String {
      let configuration = try load(
        smallText, "data=\(vector)", "data.augment=\(augment)")
      do {
        _ = try RunAssembly(configuration, ranks: 1)
        return "none"
      } catch { return "\(error)" }
    }
    #expect(
      try message("[{random_rotation: 0.1}]").contains("needs images, [channels, height, width]"))
    #expect(try message("[{gaussian_noise: 0.1}, mix_up]") == "none")
  }

  @Test func settingsAreWrittenBack() throws {
    let text =
      "[random_flip, {random_crop: {padding: 4, width: 6}}, {random_zoom: [-0.2, 0.1]}, "
      + "{random_contrast: [0.1, 0.2]}, {random_rotation: {factor: 0.1, fill_mode: wrap}}, "
      + "{random_hue: {factor: 0.2, value_range: [0, 1]}}, {cutout: {factor: 0.5, fill_value: 0}}]"
    let first = try load(smallText, "data=digits", "data.augment=\(text)")
    #expect(first.data.augment.count == 7)
    #expect(try load(first.resolvedText).canonicalText == first.canonicalText)
    #expect(first.canonicalText.contains("random_erasing"))
    #expect(!(try load().canonicalText.contains("augment")))
    #expect((first.data.augment[2] as? RandomZoom)?.height == -0.2...0.1)
  }
}
