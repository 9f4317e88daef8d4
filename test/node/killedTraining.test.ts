import { spawn } from "node:child_process"
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { afterAll, expect, it } from "vitest"

const root = mkdtempSync(join(tmpdir(), "hepaflow-"))
afterAll(() => rmSync(root, { recursive: true, force: true }))

const program = fileURLToPath(new URL("../support/trainProcess.ts", import.meta.url))
const hook = new URL("../support/extensionless.ts", import.meta.url).href

/** Trains in a process of its own, which a signal ends once it has told of so many events; gives how it ended. */
const runUntil = (directory: string, most = 1e9, signal: NodeJS.Signals = "SIGKILL", saveEvery = 1) =>
  new Promise<{ readonly code: number | null; readonly events: number; readonly errors: string }>((resolve, reject) => {
    const child = spawn(process.execPath, ["--import", hook, program, directory, String(saveEvery)], {
      stdio: ["ignore", "pipe", "pipe"]
    })
    let events = 0
    let errors = ""
    child.stderr.on("data", (chunk) => {
      errors += chunk
    })
    child.stdout.on("data", (chunk: Buffer) => {
      events += chunk.toString().split("\n").length - 1
      if (events >= most) child.kill(signal)
    })
    child.on("error", reject)
    child.on("close", (code) => resolve({ code, events, errors }))
  })

const newest = (directory: string): Buffer => {
  const name = readdirSync(directory)
    .filter((entry) => entry.startsWith("checkpoint-"))
    .sort()
    .at(-1)
  return readFileSync(join(directory, name as string))
}

const stepsIn = (directory: string): ReadonlyArray<number> =>
  readFileSync(join(directory, "log.jsonl"), "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line))
    .flatMap(({ kind, step }) => (kind === "step" ? [step] : []))

it("a process killed at any moment goes on when it is started again, to the same bytes", {
  timeout: 120_000
}, async () => {
  const straight = join(root, "straight")
  expect((await runUntil(straight)).code).toBe(0)
  const killed = join(root, "killed")
  for (const events of [1, 7, 15]) await runUntil(killed, events)
  const last = await runUntil(killed)
  expect(last.code, last.errors).toBe(0)
  expect(newest(killed).equals(newest(straight))).toBe(true)
  expect(readFileSync(join(killed, "best.safetensors")).equals(readFileSync(join(straight, "best.safetensors")))).toBe(
    true
  )
  expect(stepsIn(killed)).toEqual(Array.from({ length: 15 }, (_, i) => i + 1))
})

it.each([
  ["SIGINT", 130],
  ["SIGTERM", 143]
] as const)(
  "a process that %s interrupts saves and leaves with status %i",
  { timeout: 120_000 },
  async (signal, status) => {
    const directory = join(root, signal)
    // Within the first epoch, which has five steps: but for the signal nothing would be saved.
    const { code, errors } = await runUntil(directory, 2, signal, 1000)
    expect(code, errors).toBe(status)
    const files = readdirSync(directory)
    expect(files.filter((name) => name.endsWith(".tmp"))).toEqual([])
    expect(files.some((name) => name.startsWith("checkpoint-"))).toBe(true)
  }
)
