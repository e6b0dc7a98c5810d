import ArgumentParser

/// Multi-process minibatch training of neural networks.
struct NNTrain: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "nntrain",
    abstract: "Train neural networks by minibatches on one process or many.",
    discussion: """
      Alone or under a launcher:

        nntrain                                    the embedded digits experiment
        mpirun -n 4 nntrain configs/mnist-mlp.yaml
        nntrain check configs/mnist-cnn.yaml       shapes, parameters, memory, without training
        nntrain predict runs/digits-… --input new.csv

      Exit codes: 0 done, 64 usage, 65 bad data, 66 file absent, 69 gnuplot missing, 70 internal error, 73 output can't \
      be written, 75 stopped on request, 76 rank lost, 78 bad configuration, 79 diverged.
      """,
    version: Version.asked(CommandLine.arguments),
    subcommands: [
      Train.self, Init.self, Check.self, Evaluate.self, Predict.self, Compare.self, Plot.self,
      Report.self,
      Surface.self, Schema.self,
      Pretrain.self, Sample.self, ReportCrash.self, Replay.self,
    ],
    defaultSubcommand: Train.self)
}
