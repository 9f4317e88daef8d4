import os from "node:os"

/** How many processors this process may use. Node 18.0 to 18.13 cannot tell, and count all. */
export const processors = (): number => os.availableParallelism?.() ?? os.cpus().length
