// What a user can mend is told in a line: errors of this library and of the system say what is wrong. All else is a fault of
// the program, and comes with its stack.
process.once("uncaughtException", (error) => {
  console.error(`\n${inWords(error)}`)
  process.exit(1)
})

/** An error in a line where a user can mend it, else with its stack. */
export const inWords = (error: Error): string | undefined =>
  "_tag" in error || "code" in error ? error.message : error.stack

/** Ends a program that was called in a way that makes no sense. */
export const refuse: (reason: string) => never = (reason) => {
  console.error(`\n${reason}`)
  process.exit(1)
}
