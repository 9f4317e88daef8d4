// What a user can mend is told in a line: errors of this library and of the system say what is wrong. All else is a fault of
// the program, and comes with its stack.
process.once("uncaughtException", (error) => {
  console.error(`\n${"_tag" in error || "code" in error ? error.message : error.stack}`)
  process.exit(1)
})
