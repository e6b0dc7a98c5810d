import ArgumentParser

/// Which run a command begins or goes on with.
struct RunRequest: ParsableArguments {
  @Option(
    name: .customLong("run"),
    help: "The run directory; empty or absent, unless --resume goes on there.")
  var directory: String?

  @Flag(
    help: ArgumentHelp(
      "Go on from the newest checkpoint.",
      discussion: """
        Of the run in --run, which then needs no configuration; without --run, of the newest \
        unfinished run of this configuration. Where there is none, start at step 0.
        """))
  var resume = false

  @Flag(
    help: "Go on although processor, threads or versions have changed, and with them the last bits."
  )
  var allowInexactResume = false

  func validate() throws {
    guard resume || !allowInexactResume else {
      throw ValidationError("--allow-inexact-resume goes with --resume")
    }
  }
}
