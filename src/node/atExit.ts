/** Has something done when the process ends; gives what calls that off. */
export const atExit = (task: () => void): (() => void) => {
  if (tasks.size === 0) process.on("exit", carryOut)
  tasks.add(task)
  return () => {
    tasks.delete(task)
    if (tasks.size === 0) process.off("exit", carryOut)
  }
}

// One listener for all: Node takes more than ten for a leak.
const tasks = new Set<() => void>()

const carryOut = () => {
  for (const task of tasks) task()
}
