import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { readPng } from "../../src/formats/png.ts"
import { root } from "../package/root.ts"
import { shell } from "../package/shell.ts"
import { sharedTest } from "../support/shared.ts"

let folder = ""
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "hepaflow-examples-"))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const example = (name: string, ...args: ReadonlyArray<string>) =>
  shell(folder, "node", [join(root, "examples", name), ...args])
const picture = (name: string) => readPng(readFileSync(join(folder, name)), name)

describe("examples", () => {
  it("start makes a cohort, a table and a picture", () => {
    example("start.ts", "--cases", "2")
    expect(readFileSync(join(folder, "runs/start/cases.csv"), "utf8").trim().split("\n")).toHaveLength(3)
    expect(picture("runs/start/cohort.png").width).toBe(2 * 256 + 2)
  })

  it("start says in one line what is wrong with a folder", () => {
    expect(() => example("start.ts", "--data", "nowhere")).toThrow(/nowhere/)
  })

  it("01 shows a volume", () => {
    expect(example("01-look-at-a-volume.ts", "--output", "look.png")).toMatch(/40 axial slices of 192 x 192/)
    expect(picture("look.png").channels).toBe(3)
  })

  sharedTest("data/real/totalseg_example_ct_sm.nii.gz", "01 shows a real CT", (ct) => {
    expect(example("01-look-at-a-volume.ts", ct, "--output", "real.png")).toMatch(/30 axial slices of 122 x 101/)
    expect(existsSync(join(folder, "real.png"))).toBe(true)
  })

  it("02 separates labels", () => {
    expect(example("02-label-separation.ts", "--output", "figure5.png")).toMatch(/pixels of tumour/)
    expect(picture("figure5.png").width).toBe(5 * 256 + 4 * 4)
  })

  it("03 runs a stage of one's own", () => {
    expect(example("03-custom-stage.ts", "--output", "cut")).toMatch(/[1-9]\d* slices, cut to the liver/)
  })

  it("07 scores two folders of masks, matched by the number in their names", () => {
    const printed = example("07-score-two-folders.ts", "--output", "scores")
    expect(printed).toMatch(/LiTS score of 3 cases/)
    const rows = readFileSync(join(folder, "scores/lits.csv"), "utf8").trim().split("\r\n")
    const dice = rows.find((row) => row.startsWith("liver,Dice,"))?.split(",")
    expect(Number(dice?.[2])).toBeGreaterThan(0.8)
    expect(Number(dice?.[2])).toBeLessThan(1)
    expect(readFileSync(join(folder, "scores/lits.md"), "utf8")).toMatch(/\| liver \| Dice \|/)
  })

  it("07 says which masks have no partner", () => {
    const truth = join(folder, "runs/phantom-small")
    expect(() => example("07-score-two-folders.ts", truth, folder)).toThrow(/holds no mask/)
  })

  it("import-pytorch reads a state dict, runs it, and gives back every number", () => {
    expect(example("import-pytorch.ts")).toMatch(/every number as it came/)
  })
})
