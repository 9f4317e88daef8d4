import * as tf from "@tensorflow/tfjs-core"
import fc from "fast-check"
import { expect, it } from "vitest"
import { REFUSED } from "../../../src/compile/refused.ts"
import { RULES } from "../../../src/compile/rules/index.ts"
import { kernelsOf } from "../../support/compiled/trial.ts"
import { convolutions } from "./ops/convolutions.ts"
import { elementwise } from "./ops/elementwise.ts"
import { normalization } from "./ops/normalization.ts"
import { pooling } from "./ops/pooling.ts"
import { products } from "./ops/products.ts"
import { reductions } from "./ops/reductions.ts"
import { shapes } from "./ops/shapes.ts"

const families = [convolutions, elementwise, normalization, pooling, products, reductions, shapes]

it("every kernel that can be compiled is among those that are compared with the cpu engine", async () => {
  const ops = families.flat().flatMap((op, i) => fc.sample(op, { numRuns: 4, seed: i }))
  const compared = await kernelsOf(ops)
  expect(Object.keys(RULES).filter((kernel) => !compared.has(kernel))).toEqual([])
})

it("every kernel that tfjs knows is compiled or refused with a remedy, and none is both", () => {
  const known = Object.entries(tf).flatMap(([name, value]) => (name === value || value === `_${name}` ? [value] : []))
  expect(known.length).toBeGreaterThan(170)
  const answered = [...Object.keys(RULES), ...Object.keys(REFUSED), "Identity"]
  expect(known.filter((kernel) => !answered.includes(kernel))).toEqual([])
  expect(new Set(answered).size).toBe(answered.length)
})
