// What a user can mend is told in a line: errors of this library and of the system say what is wrong. All else is a fault of
// the program, and comes with its stack.
process.once("uncaughtException", (error) => {
  console.error(`\n${inWords(error)}`)
  process.exit(1)
})

// An empty path is the root of the file system, or nothing: what is meant is never that.
for (const [i, argument] of process.argv.entries()) {
  const [option, value = argument] = argument.startsWith("--") ? argument.split("=", 2) : [process.argv[i - 1]]
  if (i < 2 || value !== "") continue
  console.error(`\n${option.startsWith("--") ? option : "an argument"} is empty; give a value or leave it out`)
  process.exit(2)
}

const inWords = (error: Error): string | undefined => ("_tag" in error || "code" in error ? error.message : error.stack)

/** Ends a program that was called in a way that makes no sense. */
export const refuse: (reason: string) => never = (reason) => {
  console.error(`\n${reason}`)
  process.exit(2)
}
