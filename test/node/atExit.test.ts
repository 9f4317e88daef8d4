import { spawnSync } from "node:child_process"
import { fileURLToPath } from "node:url"
import { expect, it } from "vitest"
import { atExit } from "../../src/node/atExit.ts"

it("does what is asked for when the process ends, and not what was called off", () => {
  const program = `
    import { atExit } from ${JSON.stringify(fileURLToPath(new URL("../../src/node/atExit.ts", import.meta.url)))}
    const callOff = [1, 2, 3].map((i) => atExit(() => console.log(i)))
    callOff[1]()
    callOff[1]()
  `
  const { stdout, stderr } = spawnSync(process.execPath, ["--input-type=module", "--eval", program], {
    encoding: "utf8"
  })
  expect(stdout, stderr).toBe("1\n3\n")
})

it("adds one listener for any number, and none once all are called off", () => {
  const before = process.listenerCount("exit")
  const callOff = Array.from({ length: 20 }, () => atExit(() => {}))
  expect(process.listenerCount("exit")).toBe(before + 1)
  for (const off of callOff) off()
  expect(process.listenerCount("exit")).toBe(before)
})
