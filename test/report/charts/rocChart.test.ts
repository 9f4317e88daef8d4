import { expect, it } from "vitest"
import { auc } from "../../../src/metrics/auc.ts"
import { rocCurve } from "../../../src/metrics/roc.ts"
import { scores } from "../../../src/metrics/scores.ts"
import { rocChart } from "../../../src/report/charts/rocChart.ts"
import { readChart } from "../../support/svg.ts"

const many = scores(
  Float32Array.from({ length: 50_000 }, (_, i) => ((i * 7919) % 50_021) / 50_021 + (i % 3) / 3),
  Uint8Array.from({ length: 50_000 }, (_, i) => (i % 3 === 2 ? 1 : 0))
)

it("the legend has the exact area under a curve, or the one that is given", () => {
  const curve = rocCurve(many)
  const { text } = readChart(
    rocChart([
      { name: "a", curve },
      { name: "b", curve, auc: 0.125 }
    ])
  )
  expect(text).toContain(`a (AUC ${auc(many).toFixed(3)})`)
  expect(text).toContain("b (AUC 0.125)")
})

it("a curve of fifty thousand points is drawn in few, from corner to corner", () => {
  const svg = rocChart([{ name: "a", curve: rocCurve(many) }])
  expect(svg.length).toBeLessThan(30_000)
  const { tags } = readChart(svg)
  const diagonal = tags.find(({ attributes }) => attributes["stroke-opacity"] === "0.5")?.attributes.d ?? ""
  const curve = tags.find(({ attributes }) => attributes["stroke-width"] === "1.75")?.attributes.d ?? ""
  const ends = (d: string) => [...d.matchAll(/[ML]([\d.]+)[ ,]([\d.]+)/g)].map(([, x, y]) => [x, y])
  expect(ends(curve).at(0)).toEqual(ends(diagonal).at(0))
  expect(ends(curve).at(-1)).toEqual(ends(diagonal).at(-1))
})

it("a class that is missing gives no curve and no area", () => {
  const { text } = readChart(rocChart([{ name: "a", curve: rocCurve(scores(Float32Array.of(0.5), Uint8Array.of(1))) }]))
  expect(text).not.toContain("AUC")
  expect(text).toContain("no data")
})

it("a series without a curve stands in the legend without a number", () => {
  const none = { falsePositiveRate: new Float64Array(), truePositiveRate: new Float64Array() }
  const { text } = readChart(
    rocChart([
      { name: "a", curve: rocCurve(many) },
      { name: "failed", curve: none }
    ])
  )
  expect(text).toMatch(/a \(AUC 0\.\d{3}\)/)
  expect(text).toContain("failed")
  expect(text).not.toMatch(/failed \(AUC/)
})
