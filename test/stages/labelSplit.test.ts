import { expect, it } from "vitest"
import { phantomCase } from "../../src/phantom/phantom.ts"
import { labelSplit, maskOf, toSample } from "../../src/stages/labelSplit.ts"
import { slicesOf } from "../../src/stages/slice.ts"

const labels = Uint8Array.of(0, 1, 2, 1)

it("marks tumour, liver without tumour, or the whole liver", () => {
  expect([...maskOf(labels, "tumor")]).toEqual([0, 0, 1, 0])
  expect([...maskOf(labels, "liver")]).toEqual([0, 1, 0, 1])
  expect([...maskOf(labels, "wholeLiver")]).toEqual([0, 1, 1, 1])
})

it("numbers several targets in their order, the later over the earlier", () => {
  expect([...maskOf(labels, ["liver", "tumor"])]).toEqual([...labels])
  expect([...maskOf(labels, ["wholeLiver", "tumor"])]).toEqual([...labels])
  expect([...maskOf(labels, ["tumor", "liver"])]).toEqual([0, 2, 1, 2])
  expect([...maskOf(labels, ["tumor"])]).toEqual([...maskOf(labels, "tumor")])
})

it("refuses to split by no target at all", () => {
  expect(() => labelSplit([])).toThrow("labelSplit: target is empty; expected one target or more")
})

it("refuses a target that is none, alone or among others", () => {
  const expected = "labelSplit: target is tumour; expected tumor or liver or wholeLiver"
  expect(() => labelSplit("tumour" as "tumor")).toThrow(expected)
  expect(() => labelSplit(["liver", "tumour" as "tumor"])).toThrow(expected)
})

it("turns a slice into a sample of the same place", () => {
  const [first] = slicesOf(phantomCase(1, 0, { shape: [16, 16, 4] }))
  const sample = toSample(first, "wholeLiver")
  expect(sample).toMatchObject({ caseId: "volume-0", target: "wholeLiver", origin: first.origin })
  expect(sample.mask).toHaveLength(first.pixels.length)
  expect(sample).not.toHaveProperty("labels")
})

it("names the case whose labels are missing", () => {
  const [{ labels: _, ...first }] = slicesOf(phantomCase(1, 0, { shape: [16, 16, 4] }))
  expect(() => toSample(first, "tumor")).toThrow(/volume-0/)
})
