import Configuration
import Datasets
import Formats
import Training

/// A text that a saved model goes on with, as a person has asked for it.
struct TextSampling {
  /// The number of characters.
  let count: Int
  let temperature: Double
  /// What the text begins with.
  let prompt: String?
  let seed: UInt64

  /// Writes the prompt and what `predictor` makes of it to `output`, standard output without one.
  func write(_ predictor: OpenedPredictor, to output: String?, _ session: RankSession) throws {
    let opened = predictor.first
    guard !predictor.isEnsemble else {
      throw FileError(.badContent, opened.reader.path, "is one of several; sample from one model")
    }
    guard opened.description.configuration.data.train.format == .text,
      let names = opened.description.schema.target.answerNames
    else {
      throw TrainingError(
        code: ExitCode.badConfiguration,
        "--sample needs a model of a text, but \(opened.reader.path) was trained on other data; give"
          + " --input")
    }
    let vocabulary = try TextVocabulary(characters: names, opened.reader.path)
    let context = try context(vocabulary)
    let sampler = try TextSampler(
      try opened.load(session), vocabulary: vocabulary, temperature: temperature, seed: seed)
    let sink = try openSink(output)
    if let prompt { try sink.write(prompt) }
    try sampler.sample(count, behind: context) { try sink.write($0) }
    try sink.write("\n")
    try sink.finish()
  }

  /// The numbers of the characters that are gone on with: a line break where there is no prompt, or the
  /// first character where the text had none.
  private func context(_ vocabulary: TextVocabulary) throws -> [Int32] {
    guard let prompt, !prompt.isEmpty else { return [Int32(vocabulary.number(of: "\n") ?? 0)] }
    do {
      return try vocabulary.numbers(of: prompt.unicodeScalars)
    } catch {
      throw TrainingError(
        code: ExitCode.badContent,
        "--prompt holds characters that the model has not seen: \(error); leave them out")
    }
  }
}
