import ArgumentParser
import Formats

/// Draws samples from what a run's pretraining has learnt.
struct Sample: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Sample from a Boltzmann machine or a deep belief network.",
    discussion: """
      Runs Gibbs chains in the top machine, then one downward pass to the data. A PNG file shows the \
      samples as images, and NAME-filters.png beside it the weights of the first machine's hidden \
      units; an NPY file holds the samples as numbers.

        nntrain sample runs/mnist-dbn-… --steps 1000 --out samples.png
      """)

  @Argument(
    help: "A run with pretraining stages, one of its stages, or a stage's model.safetensors.")
  var source: String

  @Option(help: "Gibbs steps per chain.")
  var steps = 1000

  @Option(help: "Number of samples, each from its own chain.")
  var count = 100

  @Option(help: "Seed of the sampling.")
  var seed: UInt64 = 1

  @Option(
    help: ArgumentHelp(
      "Start of the chains: noise, the persistent chains of the top machine, or the hidden units of "
        + "training samples.",
      valueName: "noise|chains|data"))
  var from = SampleOrigin.noise

  @Option(name: .customLong("out"), help: "Output file, PNG or NPY by its suffix.")
  var output: String

  func validate() throws {
    guard (1...1_000_000_000).contains(steps) else {
      throw ValidationError("--steps is \(steps); it must be from 1 to 1000000000")
    }
    guard (1...1_000_000).contains(count) else {
      throw ValidationError("--count is \(count); it must be from 1 to 1000000")
    }
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
