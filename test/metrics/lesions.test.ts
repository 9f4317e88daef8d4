import { expect, it } from "vitest"
import {
  components,
  detection,
  fMeasure,
  lesionF1,
  lesionPrecision,
  lesionRecall,
  matchLesions,
  mergeDetection,
  pairCounts,
  precision,
  recall
} from "../../src/metrics/index.ts"
import { drawing } from "../support/masks.ts"

const match = (reference: string, prediction: string) =>
  matchLesions(components(drawing([reference]), 4), components(drawing([prediction]), 4))

it("lesions pair off by place, whatever their numbers", () => {
  const { matches } = match("....##..##", "##..##..##")
  expect(matches.map(({ references, predictions }) => [references, predictions])).toEqual([
    [[0], [1]],
    [[1], [2]]
  ])
})

it("lesions of the reference under one prediction are merged", () => {
  const { matches } = match("##.##", "####.")
  expect(matches).toEqual([{ references: [0, 1], predictions: [0], confusion: { tp: 3, fp: 1, fn: 1, tn: 0 } }])
})

it("predictions within one lesion are merged", () => {
  const { matches } = match("####.", "##.##")
  expect(matches).toEqual([{ references: [0], predictions: [0, 1], confusion: { tp: 3, fp: 1, fn: 1, tn: 0 } }])
})

it("a lesion goes to the prediction that it shares most with", () => {
  // The prediction on the right touches both lesions, but the first is better covered by the one on the left.
  const { matches } = match("#####.###", "###.#####")
  expect(matches.map(({ references, predictions }) => [references, predictions])).toEqual([
    [[0], [0]],
    [[1], [1]]
  ])
})

it("of two that share as much, the first in memory is taken", () => {
  // Both predictions hold two voxels of the first lesion. The other way it would be merged with the second.
  const { matches } = match("#####.###", "##.######")
  expect(matches.map(({ references, predictions }) => [references, predictions])).toEqual([
    [[0], [0]],
    [[1], [1]]
  ])
})

it("an overlap of exactly the threshold is not enough", () => {
  const half = match("##..", "#...")
  expect(detection(half, { overlap: 0.5 }).pairs).toBe(0)
  expect(detection(half, { overlap: 0.49 }).pairs).toBe(1)
  expect(detection(half, { overlap: 0 }).pairs).toBe(1)
})

it("two lesions under one prediction are both found; by pairs one is, and one is missed", () => {
  const found = detection(match("##.##.....##", "#####..#...."), { overlap: 0.5 })
  expect(found).toEqual({ references: 3, referencesFound: 2, predictions: 2, predictionsRight: 1, pairs: 1 })
  expect([lesionPrecision(found), lesionRecall(found)]).toEqual([1 / 2, 2 / 3])
  expect(lesionF1(found)).toBeCloseTo(4 / 7, 12)
  expect(pairCounts(found)).toEqual({ tp: 1, fp: 1, fn: 2, tn: 0 })
  expect([precision(pairCounts(found)), recall(pairCounts(found))]).toEqual([1 / 2, 1 / 3])
})

it("where nothing is merged, both ways of counting agree", () => {
  const found = detection(match("##..##..##", "##..##.#.."), { overlap: 0.5 })
  expect(lesionF1(found)).toBeCloseTo(fMeasure(pairCounts(found)), 12)
})

it("predictions for a reference without lesions are false, and nothing fails", () => {
  const found = detection(match(".....", "#.#.#"), { overlap: 0.5 })
  expect(pairCounts(found)).toEqual({ tp: 0, fp: 3, fn: 0, tn: 0 })
  expect([lesionPrecision(found), lesionRecall(found), lesionF1(found)]).toEqual([0, Number.NaN, 0])
})

it("nothing to find and nothing found has no F1", () => {
  expect(lesionF1(mergeDetection([]))).toBeNaN()
  expect(lesionF1(detection(match("##..", "...#"), { overlap: 0 }))).toBe(0)
})

it("lesions of two images are refused", () => {
  expect(() => match("##..", "##...")).toThrow("the prediction's are those of an image of 5 x 1 x 1")
})
