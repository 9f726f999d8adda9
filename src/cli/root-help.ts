/** What stands below the list of commands: enough to start, and what a script needs to know. */
export const rootHelp = `
Examples:
  sightline scan .                               the folder you stand in
  sightline scan https://example.org/team/app    a git repository
  sightline scan release.zip -f sarif=out.sarif  an archive, report in a file
  sightline scan . --baseline last.json          fail only on what is new
  sightline explain G402                         what a rule means
  sightline serve                                a server, in this folder
  sightline submit https://... --wait            a scan by that server

Exit codes:
  0    complete, and nothing as bad as --fail-on says
  1    findings as bad as that
  2    partial: a file or an engine failed, see the report
  3    nothing to scan
  4    wrong usage or configuration
  5    authentication or a limit
  130  interrupted

Environment:
  SIGHTLINE_GIT_TOKEN   token for private repositories
  SIGHTLINE_SERVER_URL  the server that commands talk to
  SIGHTLINE_TOKEN       token for it
  NO_COLOR              turns colours off
  Each setting of "sightline config print" has a variable: scan.threads is
  SIGHTLINE_SCAN_THREADS.

"sightline help <command>" explains a command.
`;
