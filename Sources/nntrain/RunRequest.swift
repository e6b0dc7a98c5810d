import ArgumentParser

/// The run that a command starts or resumes.
struct RunRequest: ParsableArguments {
  @Option(
    name: .customLong("run"),
    help: "Run directory; must be empty or absent unless --resume is given.")
  var directory: String?

  @Flag(
    help: ArgumentHelp(
      "Resume from the newest checkpoint.",
      discussion: """
        With --run, of that run, and no configuration is needed; without, of the newest unfinished \
        run of this configuration. Without a checkpoint, start at step 0.
        """))
  var resume = false

  @Flag(
    help: "Resume although processor, threads or versions differ, so that bits may differ."
  )
  var allowInexactResume = false

  func validate() throws {
    guard resume || !allowInexactResume else {
      throw ValidationError("--allow-inexact-resume goes with --resume")
    }
  }
}
