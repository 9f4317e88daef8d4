import { expect, it } from "vitest"
import { paperTables } from "../../../src/pipelines/paper/paper.ts"
import { besidePaper } from "../../../src/pipelines/studyReport/besidePaper.ts"
import { toMarkdown } from "../../../src/report/table.ts"
import { caseResult } from "../../support/caseResult.ts"
import { failed, finished } from "../../support/outcomes.ts"

const test = (variant: string, seed: number, tp: number) =>
  finished(variant, seed, [
    caseResult("p", [{ tp, fp: 10 - tp, fn: 10 - tp, tn: 80 }], { contours: [{ sum: tp, count: 2 }] })
  ])
const outcomes = [test("U-Net", 1, 6), test("U-Net", 2, 8), test("AGCAF-Net", 1, 9), failed("Trans U-Net", 1)]
const table = besidePaper(paperTables[3], outcomes, { data: "two phantoms" })
const row = (variant: string, metric: string, unit?: string) =>
  table.rows.find((each) => each.variant === variant && each.metric === metric && each.unit === unit)

it("puts the mean over seeds beside the paper's figure", () => {
  const dice = row("U-Net", "Dice")
  expect(dice?.paper).toBe(0.643)
  expect(dice?.pooled).toBeCloseTo(0.7, 12)
  expect(dice?.pooledDeviation).toBeCloseTo(Math.sqrt(0.02), 12)
  expect(dice?.difference).toBeCloseTo(0.7 - 0.643, 12)
  expect(row("AGCAF-Net", "Sensitivity")).toMatchObject({ paper: 0.917, pooled: 0.9 })
})

it("has ASD in pixels apart from that in mm", () => {
  expect(row("AGCAF-Net", "ASD", "px")).toMatchObject({ paper: 3.52, pooled: 4.5, perSlice: 4.5 })
  expect(table.rows.filter(({ variant, metric }) => variant === "AGCAF-Net" && metric === "ASD")).toHaveLength(2)
})

/** A patient that is found, one that is found under seed 1 alone, and one in whom there is nothing to be found. */
const missed = (seed: number) => {
  const [p] = test("U-Net", seed, 6).result.cases
  const distances = { assd: 2, hd95: 3, hausdorff: 4 }
  const q = caseResult("q", [{ tp: 0, fp: 0, fn: 5, tn: 95 }], { contours: seed === 1 ? [{ sum: 1, count: 1 }] : [] })
  const healthy = caseResult("healthy", [{ tp: 0, fp: 4, fn: 0, tn: 96 }])
  return finished("U-Net", seed, [{ ...p, volume: { ...p.volume, distances } }, q, healthy])
}

it("an ASD says of how many images and patients it is, and the note by which rule", () => {
  const { note, rows } = besidePaper(paperTables[3], [missed(1), missed(2)], { data: "" })
  const [px, mm] = rows.filter(({ variant, metric }) => variant === "U-Net" && metric === "ASD")
  expect(px.values).toBe("1 to 2 of 2 images with a target, 1 to 2 of 3 patients")
  expect(mm.values).toBe("1 of 3 patients (not q, healthy)")
  expect(note).toContain("Rule for empty masks: exclude.")
  expect(note).toContain("distances where either marks nothing")
  expect(note).toContain("In healthy there is nothing to be found")
  expect(besidePaper(paperTables[0], [], { data: "" }).note).not.toContain("distances")
})

it("an ASD of other pixels is not subtracted from the paper's, nor is one in mm, and footnotes say why", () => {
  const asd = (size: readonly [number, number]) => {
    const { cell, ...rest } = missed(1)
    const outcome = { ...rest, cell: { ...cell, protocol: { ...cell.protocol, size } } }
    const { footnotes = [], rows } = besidePaper(paperTables[3], [outcome], { data: "" })
    return rows.flatMap(({ difference, metric, variant }, i) =>
      variant === "U-Net" && metric === "ASD"
        ? [{ difference, text: footnotes.find(({ column, row }) => column === "difference" && row === i)?.text }]
        : []
    )
  }
  const [px, mm] = asd([96, 96])
  expect(px.difference).toBeUndefined()
  expect(px.text).toBe("In pixels of images of 96 x 96; the paper's have 256 x 256, so nothing is subtracted.")
  expect(mm.difference).toBeUndefined()
  expect(mm.text).toMatch(/^In mm ASD is measured in volumes, patient by patient/)
  const [same] = asd([256, 256])
  expect(same.text).toBeUndefined()
  expect(same.difference).toBeCloseTo(7 / 3 - 7.06, 12)
})

it("a variant of fewer seeds than the study says so, and so does a number that has fewer than its variant", () => {
  const { footnotes = [], rows } = table
  const fewer = footnotes.filter(({ text }) => text.startsWith("n = "))
  expect(fewer).toEqual([
    {
      text: "n = 1 of 2: AGCAF-Net has no more results.",
      row: rows.findIndex(({ variant }) => variant === "AGCAF-Net")
    }
  ])
  const nothing = finished("U-Net", 2, [caseResult("p", [{ tp: 0, fp: 5, fn: 0, tn: 9 }])])
  const recall = besidePaper(paperTables[3], [test("U-Net", 1, 6), nothing], { data: "" }).footnotes?.filter(
    ({ text }) => text.startsWith("n = ")
  )
  expect(recall?.map(({ column, row, text }) => `${text} ${row} ${column}`)).toEqual(
    expect.arrayContaining(["n = 1 of 2: under the other seeds it has no value. 1 pooled"])
  )
})

it("a variant that failed has the paper's figure alone", () => {
  expect(table.rows.filter(({ variant }) => variant === "Trans U-Net")).toEqual([
    { variant: "Trans U-Net", metric: "Dice", paper: 0.701 },
    { variant: "Trans U-Net", metric: "Sensitivity", paper: 0.901 },
    { variant: "Trans U-Net", metric: "ASD", paper: 6.52 }
  ])
})

it("what the paper says about itself is marked at the figure that is meant", () => {
  expect(toMarkdown(table)).toMatch(/\| AGCAF-Net \| Sensitivity \| – \| 0\.917<sup>d<\/sup> \|/)
  for (const paper of paperTables) {
    const { footnotes = [], rows } = besidePaper(paper, outcomes, { data: "two phantoms" })
    const about = footnotes.filter(({ column, text }) => !text.startsWith("n = ") && column !== "difference")
    expect(about.length).toBeGreaterThan(0)
    for (const { column, row: at = -1, text } of about) {
      expect(column).toBe("paper")
      expect(text).toContain(String(rows[at].paper))
    }
  }
})

it("says what each was measured on, and what the paper says about itself", () => {
  const text = toMarkdown(table)
  expect(text).toContain("Paper: LiTS. Ours: two phantoms; 1 test patient, 2 seeds (n = 1 of 2 for AGCAF-Net).")
  expect(text).toContain("0.826 in Table 1, its Sensitivity 0.917 in Table 4")
})
