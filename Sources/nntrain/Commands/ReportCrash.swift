import ArgumentParser
import Training

/// Tells what the ranks of a run did last.
struct ReportCrash: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report-crash",
    abstract: "Print the last events of every rank of a failed run, from its flight recorders.")

  @Argument(help: ArgumentHelp("The run directory.", valueName: "run"))
  var directory: String

  @Option(help: "Number of events to print.")
  var last = 40

  func validate() throws {
    guard last >= 0 else { throw ValidationError("--last is \(last); it must be at least 0") }
  }

  func run() throws {
    do {
      Output.lines(try FlightReport(run: directory).lines(last: last))
    } catch {
      throw CommandEnd(alone: error)
    }
  }
}
