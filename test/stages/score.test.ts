import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { describe, expect, it } from "vitest"
import { litsCase, litsScore } from "../../src/metrics/index.ts"
import { litsFiles, phantomCase } from "../../src/phantom/index.ts"
import { litsTable, toCsv } from "../../src/report/index.ts"
import {
  Files,
  maskOf,
  type Notice,
  Notices,
  score,
  scoreCase,
  scoreLits,
  scoreLitsCase,
  scoreTables,
  truthIn
} from "../../src/stages/index.ts"
import { GeometryError, type LabelVolume, makeGrid, makeLabels, reorient, scaling } from "../../src/volume/index.ts"

const line = (voxels: ReadonlyArray<number>): LabelVolume =>
  makeLabels(makeGrid([voxels.length, 1, 1], scaling([2, 1, 1])), Uint8Array.from(voxels))
const truth = (id: string, voxels: ReadonlyArray<number>, spacingTrusted = true) => ({
  id,
  labels: line(voxels),
  spacingTrusted
})
/** Two lesions, of 2 voxels and of 1, in a liver. */
const two = truth("a", [1, 2, 2, 1, 2, 1, 0, 0])
const summaryOf = (scores: Parameters<typeof scoreTables>[0], metric: string, aggregation: string, empty: string) =>
  scoreTables(scores).summary.rows.find(
    (row) => row.metric === metric && row.aggregation === aggregation && row.empty === empty
  )

it("score and scoreCase refuse a target and a kind of prediction that are none", () => {
  const target = { target: "tumour" as "tumor" }
  const predicted = { target: "tumor", predicted: "label" as "labels" } as const
  expect(() => score(truthIn("lits"), target)).toThrow("score: target is tumour; expected tumor or liver or wholeLiver")
  expect(() => score(truthIn("lits"), predicted)).toThrow("score: predicted is label; expected mask or labels")
  expect(() => scoreCase(two, two.labels, target)).toThrow("scoreCase: target is tumour")
})

describe("scoreCase", () => {
  it("counts voxels, slices and lesions of the target", () => {
    const scored = scoreCase(two, line([0, 1, 1, 1, 0, 0, 0, 0]), { target: "tumor" })
    expect(scored.voxels).toEqual({ tp: 2, fp: 1, fn: 1, tn: 4 })
    expect(scored.slices).toEqual([{ slice: 0, voxels: { tp: 2, fp: 1, fn: 1, tn: 4 } }])
    expect(scored.lesions).toEqual([
      { lesion: 0, voxels: { tp: 2, fp: 1, fn: 0, tn: 5 } },
      { lesion: 1, voxels: { tp: 0, fp: 0, fn: 1, tn: 7 } }
    ])
    expect(scored.detection.half).toMatchObject({ references: 2, referencesFound: 1, predictions: 1 })
  })

  it("takes the target of a label map as of the truth", () => {
    const options = { target: "wholeLiver", predicted: "labels" } as const
    expect(scoreCase(two, line([2, 1, 1, 1, 1, 1, 0, 1]), options).voxels).toEqual({ tp: 6, fp: 1, fn: 0, tn: 1 })
    expect(scoreCase(two, two.labels, { ...options, target: "tumor" }).voxels).toEqual({ tp: 3, fp: 0, fn: 0, tn: 5 })
  })

  it("measures in millimetres of the case, and not at all where they mean nothing", () => {
    const found = line([0, 0, 0, 2, 0, 0, 0, 0])
    const alone = truth("b", [0, 2, 0, 0, 0, 0, 0, 0])
    expect(scoreCase(alone, found, { target: "tumor" }).distances).toEqual({ assd: 4, hd95: 4, hausdorff: 4 })
    expect(scoreCase({ ...alone, spacingTrusted: false }, found, { target: "tumor" })).not.toHaveProperty("distances")
  })

  it("numbers axial slices whatever the axis order of the file", () => {
    const affine = [
      [0, 1, 0, 0],
      [0, 0, 1, 0],
      [-1, 0, 0, 0],
      [0, 0, 0, 1]
    ] as const
    const labels = makeLabels(makeGrid([3, 2, 2], affine), new Uint8Array(12).fill(2))
    const onlyFirst = makeLabels(
      labels,
      Uint8Array.from({ length: 12 }, (_, i) => (i % 3 === 0 ? 1 : 0))
    )
    const { slices } = scoreCase({ id: "a", labels, spacingTrusted: true }, onlyFirst, { target: "tumor" })
    expect(slices.map(({ voxels }) => voxels.tp)).toEqual([0, 0, 4])
  })

  it.each(["RPS", "SAL", "LIA"] as const)("compares by place with a prediction stored as %s", (orientation) => {
    const patient = phantomCase(1, 0, { shape: [32, 24, 8] })
    const stored = reorient(patient.labels, orientation)
    const options = { target: "wholeLiver", predicted: "labels" } as const
    expect(scoreCase(patient, stored, options)).toEqual(scoreCase(patient, patient.labels, options))
    expect(scoreLitsCase(patient, stored)).toEqual(scoreLitsCase(patient, patient.labels))
  })

  it("refuses a prediction of another place, unless places mean nothing", () => {
    const options = { target: "tumor" } as const
    const moved = { ...two.labels, affine: scaling([2, 1, 1], [30, 0, 0]) }
    expect(() => scoreCase(two, moved, options)).toThrow(GeometryError)
    expect(() => scoreCase(two, moved, options)).toThrow(/of the prediction for a puts its voxels elsewhere/)
    expect(() => scoreLitsCase(two, { ...two.labels, affine: scaling([1, 1, 1]) })).toThrow(GeometryError)
    expect(scoreCase({ ...two, spacingTrusted: false }, moved, options).voxels.fn).toBe(0)
  })

  it("refuses a case without labels and a volume of another shape", () => {
    const options = { target: "tumor" } as const
    expect(() => scoreCase({ id: "a", spacingTrusted: true }, line([1]), options)).toThrow(/a has no labels/)
    expect(() => scoreCase(two, line([1]), options)).toThrow(/the prediction for a: expected shape \[8, 1, 1\]/)
  })
})

describe("scoreTables", () => {
  const half = scoreCase(two, line([0, 1, 1, 1, 0, 0, 0, 0]), { target: "tumor" })
  const right = scoreCase(truth("b", [1, 2, 1, 0]), line([0, 1, 0, 0]), { target: "tumor" })
  const empty = scoreCase(truth("c", [1, 1, 1, 0], false), line([0, 0, 0, 0]), { target: "tumor" })
  const all = [half, right, empty]

  it("names the aggregation and the rule for empty masks of every number", () => {
    expect(summaryOf(all, "Dice", "pooled", "exclude")?.value).toBeCloseTo((2 * 3) / (2 * 3 + 1 + 1), 12)
    expect(summaryOf(all, "Dice", "perCase", "lits")?.value).toBeCloseTo((2 / 3 + 1 + 1) / 3, 12)
    expect(summaryOf(all, "Dice", "perCase", "onlyWithReference")).toMatchObject({ count: 2, excluded: 1 })
    expect(summaryOf(all, "Dice", "perLesion", "exclude")?.value).toBeCloseTo((4 / 5 + 0 + 1) / 3, 12)
    for (const row of scoreTables(all).summary.rows) expect(row.aggregation && row.empty && row.metric).toBeTruthy()
  })

  it("leaves out the distances of cases whose spacing means nothing", () => {
    expect(summaryOf(all, "ASSD", "perCase", "exclude")).toMatchObject({ count: 2, excluded: 0, unit: "mm" })
    expect(scoreTables(all).cases.rows.map(({ assd }) => assd !== undefined)).toEqual([true, true, false])
  })

  it("does not depend on the order of the cases, and refuses a case given twice", () => {
    expect(scoreTables([empty, right, half]).summary).toEqual(scoreTables(all).summary)
    expect(() => scoreTables([half, half])).toThrow(/a: it was measured twice/)
  })

  it("makes a line of each case, slice and lesion", () => {
    const { cases, lesions, slices } = scoreTables(all)
    expect(toCsv(cases).split("\r\n")).toHaveLength(1 + 3 + 1)
    expect(slices.rows.map(({ caseId, slice }) => `${caseId}${slice}`)).toEqual(["a0", "b0", "c0"])
    expect(lesions.rows.map(({ caseId, dice, lesion }) => [caseId, lesion, dice])).toEqual([
      ["a", 0, 4 / 5],
      ["a", 1, 0],
      ["b", 0, 1]
    ])
  })
})

describe("score", () => {
  const patient = phantomCase(1, 0, { shape: [32, 32, 8] })
  const files = Effect.provide(
    Files.layerMemory(Object.fromEntries(litsFiles(patient).map(({ path, bytes }) => [`lits/${path}`, bytes] as const)))
  )
  const labelMap = Stream.make({ caseId: "volume-0", volume: patient.labels })

  it("finds the truth in a folder, and a perfect prediction is perfect", async () => {
    const mask = { ...patient.labels, voxels: maskOf(patient.labels.voxels, "wholeLiver") }
    const predicted = Stream.make({ caseId: "volume-0", volume: mask })
    const scored = score(truthIn("lits"), { target: "wholeLiver" })(predicted)
    const [found] = await Effect.runPromise(files(Stream.runCollect(scored)))
    expect(found.voxels).toMatchObject({ fp: 0, fn: 0 })
    expect(found.voxels.tp).toBeGreaterThan(50)
    expect(found.distances?.assd).toBe(0)
  })

  it("measures label maps as LiTS does", async () => {
    const cases = await Effect.runPromise(files(Stream.runCollect(scoreLits(truthIn("lits"))(labelMap))))
    expect(cases).toEqual([litsCase("volume-0", patient.labels, patient.labels)])
    const { rows, title } = litsTable(litsScore(cases))
    expect(title).toBe("LiTS score of 1 case")
    expect(rows.filter(({ of, metric }) => of === "liver" && metric === "Dice").map(({ value }) => value)).toEqual([
      1, 1
    ])
  })

  it("tells of a prediction in another voxel order", async () => {
    const notices: Array<Notice> = []
    const stored = { caseId: "volume-0", volume: reorient(patient.labels, "RPS") }
    const scored = Stream.runCollect(scoreLits(truthIn("lits"))(Stream.make(stored)))
    const listening = Effect.provideService(scored, Notices, (notice) => Effect.sync(() => notices.push(notice)))
    expect(litsScore(await Effect.runPromise(files(listening))).liver.dice.value).toBe(1)
    expect(notices).toMatchObject([{ kind: "warning", stage: "scoreLits", caseId: "volume-0" }])
    expect(notices[0].message).toMatch(/stored as RPS, the truth as L[AP]S; voxels are compared by place/)
  })

  it("counts distances that mean nothing as left out", async () => {
    const untrusted = () => Effect.succeed({ ...patient, spacingTrusted: false })
    const cases = await Effect.runPromise(Stream.runCollect(scoreLits(untrusted)(labelMap)))
    expect(litsScore(cases).liver.assd).toMatchObject({ count: 0, excluded: 1 })
    expect(litsScore(cases).liver.dice.value).toBe(1)
  })

  it("names the case that has no truth, or one of another shape", async () => {
    const run = (caseId: string) =>
      Effect.runPromise(
        files(Stream.runCollect(scoreLits(truthIn("lits"))(Stream.make({ caseId, volume: line([1]) }))))
      )
    await expect(run("volume-9")).rejects.toThrow(/there is no case volume-9/)
    await expect(run("volume-0")).rejects.toThrow(/scoreLits: case volume-0: the prediction/)
  })
})
