import { backend_util } from "@tensorflow/tfjs-core"
import { describe, expect, it } from "vitest"
import { backwards, padsOf } from "../../../src/compile/rules/padding.ts"

type Pad = "same" | "valid" | number | backend_util.ExplicitPadding

const geometry = (size: number, filter: number, stride: number, pad: Pad, rounding?: "floor" | "round" | "ceil") =>
  backend_util.computeConv2DInfo([1, size, size, 1], [filter, filter, 1, 1], stride, 1, pad, rounding)

describe("what is put round a map", () => {
  it("is what tfjs says where that gives the size of the result", () => {
    expect(padsOf(geometry(8, 3, 1, "same"))).toEqual([1, 1, 1, 1])
    expect(padsOf(geometry(8, 3, 2, "same"))).toEqual([0, 0, 1, 1])
    expect(padsOf(geometry(8, 3, 2, "valid"))).toEqual([0, 0, 0, 0])
    // Eight and two of padding are one more than what three windows see.
    expect(padsOf(geometry(8, 3, 2, 1, "floor"))).toEqual([1, 1, 1, 1])
  })

  it("is more on the far sides where the size was rounded up", () => {
    const info = geometry(8, 3, 2, 0, "ceil")
    expect([info.outHeight, padsOf(info)]).toEqual([4, [0, 0, 1, 1]])
  })

  it("is refused where it would leave out what fits", () => {
    const info = { ...geometry(8, 3, 1, "valid"), outHeight: 3 }
    expect(() => padsOf(info)).toThrow("compile: a window: its padding leaves positions out; pad each side")
  })
})

it("a gradient goes by the size of the error that comes back", () => {
  const told = geometry(8, 3, 2, 0)
  const info = backwards(told, { shape: [1, 4, 4, 1], dtype: "float32" })
  expect([info.outHeight, info.outWidth, padsOf(info)]).toEqual([4, 4, [0, 0, 1, 1]])
})
