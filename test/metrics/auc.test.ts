import { expect, it } from "vitest"
import {
  aggregate,
  areaUnderCurve,
  auc,
  confusion,
  fMeasure,
  iou,
  precision,
  recall,
  rocCounts,
  rocCurve,
  rocCurveOfCounts,
  scores
} from "../../src/metrics/index.ts"
import { goldenTest } from "../support/golden.ts"

it("a tie counts half", () => {
  expect(auc(scores([0.9, 0.5, 0.5, 0.1], [1, 1, 0, 0]))).toBe(0.875)
  expect(auc(scores([1, 1, 1], [1, 0, 0]))).toBe(0.5)
})

it("needs both classes", () => {
  expect(auc(scores([0.5, 0.6], [1, 1]))).toBeNaN()
  expect(auc(scores([], []))).toBeNaN()
})

it("a curve without a point has no area", () => {
  const none = new Float64Array()
  expect(areaUnderCurve({ thresholds: none, falsePositiveRate: none, truePositiveRate: none })).toBeNaN()
})

for (const n of [0, 1, 2, 3, 4, 5]) {
  const name = `F_losses_case${n}`

  goldenTest(
    name,
    "the AUC at 201 thresholds is AGPCNet's, the exact one that of all pairs",
    ({ tensor, metadata }) => {
      const expected = JSON.parse(metadata.get("expected")!) as Readonly<Record<string, number | null>>
      const logits = tensor("input.logits").data
      const target = tensor("input.target").data
      const counts = rocCounts(
        logits.map((logit) => 1 / (1 + Math.exp(-logit))),
        target
      )
      const curve = rocCurveOfCounts(counts, { smoothing: 0.001 })
      expect(curve.truePositiveRate.toReversed()).toBeAllclose(tensor("output.tpr201").data)
      expect(curve.falsePositiveRate.toReversed()).toBeAllclose(tensor("output.fpr201").data)
      expect(areaUnderCurve(curve)).toBeCloseTo(expected["auc_agpcnet_201"]!, 9)
      const exact = scores(logits, target)
      const areas = [areaUnderCurve(rocCurveOfCounts(counts)), auc(exact), areaUnderCurve(rocCurve(exact))]
      if (expected["auc_exact"] === null) expect(areas).toEqual([Number.NaN, Number.NaN, Number.NaN])
      else
        expect(areas).toBeAllclose([expected["auc_201_exact_counts"]!, expected["auc_exact"]!, expected["auc_exact"]!])
    }
  )

  goldenTest(name, "precision, recall and F of the pooled counts are AGPCNet's", ({ tensor, metadata }) => {
    const expected = JSON.parse(metadata.get("expected")!) as Readonly<Record<string, number>>
    const mask = (values: Float32Array) =>
      ({ voxels: Uint8Array.from(values, (value) => (value > 0 ? 1 : 0)), shape: [values.length, 1] }) as const
    const counts = confusion(mask(tensor("input.target").data), mask(tensor("input.logits").data))
    expect([counts.tp, counts.fp, counts.fn, counts.tn]).toEqual(["tp", "fp", "fn", "tn"].map((key) => expected[key]))
    const pooled = (metric: typeof precision) =>
      aggregate([{ caseId: name, measured: counts }], metric, { aggregation: "pooled", empty: "zero" }).value
    expect([pooled(precision), pooled(recall), pooled(fMeasure), pooled(iou)]).toBeAllclose(
      ["precision_agpcnet", "recall_agpcnet", "f_agpcnet", "miou_agpcnet"].map((key) => expected[key]),
      { relative: 1e-12 }
    )
  })
}
