import { expect, it } from "vitest"
import { holm, type WilcoxonOptions, wilcoxon } from "../../src/metrics/wilcoxon.ts"

// Expected values are those of scipy 1.10.1 and 1.17.1: `wilcoxon(x, y, method="exact")`, or with `correction=True` and the
// normal approximation.
const ten = [
  [0.744, 0.893, 0.827, 0.524, 0.565, 0.88, 0.403, 0.852, 0.838, 0.657],
  [0.517, 0.503, 0.49, 0.595, 0.628, 0.654, 0.898, 0.786, 0.692, 0.894]
] as const
const twentyFive = [
  [
    0.5184, 0.4881, 0.7369, 0.4242, 0.4196, 0.6832, 0.6564, 0.9044, 0.7461, 0.6828, 0.6733, 0.5361, 0.4065, 0.5058,
    0.7806, 0.5103, 0.6032, 0.4021, 0.8565, 0.485, 0.5472, 0.8842, 0.6804, 0.8659, 0.7518
  ],
  [
    0.7451, 0.3549, 0.6247, 0.6047, 0.8228, 0.5168, 0.6589, 0.3356, 0.5326, 0.4938, 0.3901, 0.7898, 0.5277, 0.8872,
    0.654, 0.663, 0.6828, 0.7059, 0.3905, 0.5642, 0.4437, 0.5415, 0.358, 0.8807, 0.429
  ]
] as const
const thirty = [
  [
    0.7695, 0.5652, 0.8807, 0.7642, 0.4724, 0.8648, 0.9197, 0.8972, 0.7133, 0.48, 0.5059, 0.9103, 0.7038, 0.4993,
    0.8862, 0.7529, 0.7133, 0.607, 0.626, 0.5317, 0.4209, 0.8819, 0.6573, 0.7012, 0.5772, 0.8132, 0.4139, 0.6047,
    0.4167, 0.4676
  ],
  [
    0.8996, 0.7078, 0.5655, 0.6247, 0.8411, 0.5134, 0.666, 0.7239, 0.5204, 0.6218, 0.7745, 0.8637, 0.3937, 0.8787,
    0.3032, 0.7668, 0.8025, 0.3848, 0.5597, 0.8055, 0.3088, 0.6896, 0.7917, 0.6181, 0.75, 0.4404, 0.4231, 0.5251,
    0.4112, 0.5146
  ]
] as const
const tied = [
  [2, 8, 7, 5, 8, 3, 1, 2, 0, 8, 1, 4, 1, 8, 1, 4],
  [7, 4, 7, 7, 6, 5, 4, 4, 6, 3, 7, 7, 2, 3, 5, 7]
] as const

const cases: ReadonlyArray<
  readonly [string, readonly [ReadonlyArray<number>, ReadonlyArray<number>], WilcoxonOptions, string, number]
> = [
  ["ten pairs", ten, {}, "exact", 0.556640625],
  ["ten pairs, greater", ten, { alternative: "greater" }, "exact", 0.2783203125],
  ["ten pairs, less", ten, { alternative: "less" }, "exact", 0.75390625],
  ["25 pairs", twentyFive, {}, "exact", 0.4418373703956604],
  ["25 pairs, greater", twentyFive, { alternative: "greater" }, "exact", 0.2209186851978302],
  ["25 pairs, less", twentyFive, { alternative: "less" }, "exact", 0.7869290113449097],
  ["30 pairs", thirty, {}, "normal", 0.3654617150103966],
  ["30 pairs, greater", thirty, { alternative: "greater" }, "normal", 0.1827308575051983],
  ["30 pairs, less", thirty, { alternative: "less" }, "normal", 0.8226666251812826],
  ["ties and a zero", tied, {}, "normal", 0.19945760982062188],
  ["ties and a zero, greater", tied, { alternative: "greater" }, "normal", 0.9098976418032572],
  ["ties and a zero, less", tied, { alternative: "less" }, "normal", 0.09972880491031094],
  ["ties and a zero by Pratt", tied, { zeros: "pratt" }, "normal", 0.17720910834120118],
  ["ties and a zero by Pratt, greater", tied, { zeros: "pratt", alternative: "greater" }, "normal", 0.9194375253554741],
  ["ties and a zero by Pratt, less", tied, { zeros: "pratt", alternative: "less" }, "normal", 0.08860455417060059]
]

it.each(cases)("%s: p is scipy's", (_, [first, second], options, method, expected) => {
  const result = wilcoxon(first, second, options)
  expect(result.method).toBe(method)
  expect(Math.abs(result.p / expected - 1)).toBeLessThan(1e-12)
})

it("tells both sums of ranks, pairs and zeros", () => {
  expect(wilcoxon(tied[0], tied[1])).toMatchObject({ pairs: 16, zeros: 1, plus: 37, minus: 83 })
})

it("is exact for few pairs that differ, however many do not", () => {
  const first = [0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9]
  const second = [0.21, 0.33, 0.44, 0.56, 0.67, 0.78, 0.89, 0.5]
  const alone = wilcoxon(first, second)
  const among = wilcoxon([...first, 0.5, 0], [...second, 0.5, 0])
  expect(alone).toMatchObject({ method: "exact", p: 0.1953125 })
  expect(among).toEqual({ ...alone, pairs: 10, zeros: 2 })
  expect(wilcoxon([...first, 0.5], [...second, 0.5], { zeros: "pratt" }).method).toBe("normal")
})

it("pairs that never differ show nothing", () => {
  expect(wilcoxon([1, 2], [1, 2])).toEqual({ p: 1, method: "exact", plus: 0, minus: 0, pairs: 2, zeros: 2 })
})

it("refuses what makes no pairs", () => {
  expect(() => wilcoxon([1], [1, 2])).toThrow("there are 1 values and 2; give pairs")
  expect(() => wilcoxon([], [])).toThrow("there is no pair")
  expect(() => wilcoxon([Number.NaN], [1])).toThrow("leave out pairs")
})

// Holm's correction as R's p.adjust(c(.01, .04, .03, .005, .5), "holm") has it.
it("Holm's correction keeps the order and never falls", () => {
  const adjusted = holm([0.01, 0.04, 0.03, 0.005, 0.5])
  const expected = [0.04, 0.09, 0.09, 0.025, 0.5]
  for (const [i, p] of adjusted.entries()) expect(p).toBeCloseTo(expected[i], 12)
  expect(holm([0.6, 0.7])).toEqual([1, 1])
  expect(holm([])).toEqual([])
})
