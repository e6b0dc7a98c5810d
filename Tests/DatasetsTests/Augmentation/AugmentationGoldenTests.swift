import Tensors
import Testing
import _TestSupport

@testable import Datasets

/// Augmentations against Keras's layers; see `scripts/golden/augmentation.py`.
@Suite struct AugmentationGoldenTests {
  struct File: Decodable {
    var shape: [Int]
    var input: [Float]
    var moves: [Move]
    var crop: [Double]
    var coloredShape: [Int]
    var colored: [Float]
    var changes: [Change]
  }

  struct Move: Decodable {
    var name: String
    var values: [Float]
    var fillMode: String
    var interpolation: String
    var output: [Double]
  }

  struct Change: Decodable {
    var name: String
    var value: Float
    var output: [Double]
  }

  let file: File
  init() throws { file = try Golden.load("augmentation") }

  /// What `steps` make of the image `input`, values from 0 to 255.
  private func result(_ steps: [any Augmentation], _ input: [Float], _ shape: [Int]) throws
    -> [Float]
  {
    try augmented(steps, images(input, shape: shape), valueRange: 0...255)
  }

  @Test("moves of pixels, alone and composed, in every mode")
  func moves() throws {
    #expect(file.moves.count == 42)
    for move in file.moves {
      let sampling = PixelSampling(
        fillMode: try #require(.init(rawValue: move.fillMode)), fillValue: 9,
        interpolation: try #require(.init(rawValue: move.interpolation)))
      let v = move.values
      func only(_ value: Float) -> ClosedRange<Float> { value...value }
      let steps: [any Augmentation]
      switch move.name {
      case "translation":
        steps = [RandomTranslation(height: only(v[0]), width: only(v[1]), sampling: sampling)]
      case "rotation": steps = [RandomRotation(only(v[0]), sampling: sampling)]
      case "zoom": steps = [RandomZoom(height: only(v[0]), width: only(v[1]), sampling: sampling)]
      case "shear": steps = [RandomShear(x: only(v[0]), y: only(v[1]), sampling: sampling)]
      default:
        steps = [
          RandomTranslation(height: only(v[0]), width: only(v[1]), sampling: sampling),
          RandomRotation(only(v[2]), sampling: sampling),
          RandomZoom(height: only(v[3]), sampling: sampling),
          RandomShear(x: only(v[4]), sampling: sampling), Mirror(),
        ]
      }
      let found = try result(steps, file.input, file.shape)
      #expect(
        mismatches(found, move.output, relative: 1e-4, absolute: 2e-3) == [], "\(move)")
    }
  }

  /// A flip that always happens.
  private struct Mirror: GeometricAugmentation {
    let sampling: PixelSampling? = nil
    func map(_ image: ImageShape, key: RandomKey) -> PlaneMap {
      PlaneMap(about: image, -1, 0, 0, 1)
    }
  }

  @Test("a small window is brought to the size of the image")
  func crop() throws {
    let crop = RandomCrop(
      height: 3, width: 4, padding: 1, sampling: PixelSampling(fillMode: .nearest))
    let image = ImageShape(file.shape)
    // The golden window is one of the 5 × 6 that there are: one row down, two pixels to the right.
    let found = (0..<1000).lazy.map { RandomKey(seed: $0, purpose: .augmentation) }.first {
      let map = crop.map(image, key: $0)
      return abs(map.f - (0.5 * 3 / 5 - 0.5)) < 1e-9 && abs(map.c - (1 + 0.5 * 4 / 7 - 0.5)) < 1e-9
    }
    let map = crop.map(image, key: try #require(found))
    var output = [Float](repeating: .nan, count: image.count)
    var span = output.mutableSpan
    crop.borders.resample(file.input.span, into: &span, image, map)
    #expect(mismatches(output, file.crop, relative: 1e-5, absolute: 1e-4) == [])
  }

  @Test("brightness, contrast, saturation and hue")
  func colors() throws {
    #expect(file.changes.count == 11)
    for change in file.changes {
      let v = change.value
      let steps: [any Augmentation] =
        switch change.name {
        case "brightness": [RandomBrightness(v...v)]
        case "contrast": [RandomContrast(lower: 1 - v, upper: v - 1)]
        case "saturation": [RandomSaturation(v...v)]
        default: [RandomHue(v...v)]
        }
      var found = try result(steps, file.colored, file.coloredShape)
      if change.name == "hue" {
        // The sign is a coin's: another seed throws the other side.
        for seed in UInt64(1)...20 where mismatches(found, change.output, absolute: 0.01) != [] {
          found = try augmented(
            steps, images(file.colored, shape: file.coloredShape), seed: seed,
            valueRange: 0...255)
        }
      }
      #expect(
        mismatches(found, change.output, relative: 1e-5, absolute: 2e-3) == [], "\(change)")
    }
  }

  @Test("colors go to hue, saturation and value and back")
  func colorSpace() {
    for red in stride(from: Float(0), through: 1, by: 0.125) {
      for green in stride(from: Float(0), through: 1, by: 0.125) {
        for blue in stride(from: Float(0), through: 1, by: 0.125) {
          let color = HSV(red: red, green: green, blue: blue)
          #expect(color.hue >= 0 && color.hue < 1 && color.saturation <= 1)
          let back = color.rgb
          #expect(abs(back.red - red) + abs(back.green - green) + abs(back.blue - blue) < 1e-5)
        }
      }
    }
  }
}
