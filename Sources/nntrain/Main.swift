import ArgumentParser
import MPI

#if canImport(Glibc)
  import Glibc
#endif

/// The entry: words are parsed before MPI is touched, and only the rank that the launcher calls 0
/// says what is wrong with them.
@main
enum Main {
  static func main() {
    let isFirst = LaunchEnvironment.current.isFirst
    let isLaunched = LaunchEnvironment.current.isLaunched
    // A reader that goes away is an error of one write, not the end of a rank.
    signal(SIGPIPE, SIG_IGN)
    do {
      try refuseMisspelledCommand()
      var command = try NNTrain.parseAsRoot()
      try command.run()
    } catch let end as CommandEnd {
      if let message = end.message { Output.error(message) }
      if end.message != nil, isLaunched { Output.letTheLauncherRead() }
      if end.isSilent { letTheFirstRankSpeak() }
      exit(end.code)
    } catch {
      let code = NNTrain.exitCode(for: error).rawValue
      let text = VisibleText.lines(NNTrain.fullMessage(for: error))
      if isFirst, !text.isEmpty {
        if code == 0 { Output.write(text + "\n") } else { Output.write(text + "\n", to: 2) }
      }
      if code != 0, isLaunched { isFirst ? Output.letTheLauncherRead() : letTheFirstRankSpeak() }
      exit(code)
    }
  }

  /// Ends with exit code 64 where the first word is nearly a command.
  private static func refuseMisspelledCommand() throws {
    let commands = NNTrain.configuration.subcommands.map { $0._commandName } + ["help"]
    let misspelled = MisspelledCommand(
      CommandLine.arguments.dropFirst(), commands: commands, isFile: { access($0, F_OK) == 0 })
    guard let misspelled else { return }
    throw CommandEnd(alone: misspelled)
  }

  /// Waits a moment: a launcher ends all ranks when one has failed, and the first one, which has the
  /// message, may not have come so far. Where it has, this rank is ended meanwhile.
  private static func letTheFirstRankSpeak() { usleep(1_000_000) }
}
