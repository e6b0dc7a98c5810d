import ArgumentParser
import Formats

/// Draws samples from what a run's pretraining has learnt.
struct Sample: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Draw samples from a Boltzmann machine or a deep belief network.",
    discussion: """
      Chains walk through the top machine, then once down to the data. PNG shows the samples as \
      images, and beside it, as NAME-filters.png, what the first machine's hidden units look for; \
      NPY holds the samples as numbers.

        nntrain sample runs/mnist-dbn-… --steps 1000 --out samples.png
      """)

  @Argument(
    help: "A run with stages of machines, one of its stages, or a model.safetensors of one.")
  var source: String

  @Option(help: "The Gibbs steps of every chain.")
  var steps = 1000

  @Option(help: "The samples, each from a chain of its own.")
  var count = 100

  @Option(help: "The seed of all draws.")
  var seed: UInt64 = 1

  @Option(
    help: ArgumentHelp(
      "What chains begin with: noise, the persistent chains of the top machine, of which samples "
        + "take turns, or what the machines make of the training samples.",
      valueName: "noise|chains|data"))
  var from = SampleOrigin.noise

  @Option(name: .customLong("out"), help: "The file: PNG or NPY, by its suffix.")
  var output: String

  func validate() throws {
    guard steps >= 1 else { throw ValidationError("--steps is \(steps); it must be at least 1") }
    guard count >= 1 else { throw ValidationError("--count is \(count); it must be at least 1") }
    guard output.hasSuffix(".png") || output.hasSuffix(".npy") else {
      throw ValidationError("--out is \(output); it must end with .png or .npy")
    }
  }

  func run() throws {
    try RankSession.run { session in
      try session.onCoordinator {
        let sampling = try Sampling(source, from: from, count: count, seed: seed, session)
        try sampling.write(count: count, steps: steps, seed: seed, to: output, session)
      }
      return 0
    }
  }
}

/// What chains begin with.
enum SampleOrigin: String, ExpressibleByArgument, CaseIterable {
  case noise, chains, data
}
