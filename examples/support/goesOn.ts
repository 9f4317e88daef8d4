// `run` and `iterate` save what was reached when Ctrl-C or a SIGTERM stops them, and then end the process with one of these.
process.once("exit", (status) => {
  if (status === 130 || status === 143) console.error("\nstopped; the same command goes on from here")
})
