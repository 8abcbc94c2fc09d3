/** Takes the arguments behind the command's name; answers with the exit status. */
export type CliCommand = (argv: readonly string[]) => Promise<number>;
