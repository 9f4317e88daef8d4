import { expect, it } from "vitest"
import { toFloat32 } from "../../src/formats/toFloat32.ts"

it("decodes half precision: normal and subnormal numbers, signed zeros, infinities, NaN", () => {
  const data = Uint16Array.of(0x3c00, 0xc000, 0x3555, 0x7bff, 0x0001, 0x03ff, 0x0000, 0x8000, 0x7c00, 0xfc00, 0x7e00)
  const values = [1, -2, 0.333251953125, 65504, 2 ** -24, 1023 * 2 ** -24, 0, -0, 1 / 0, -1 / 0, Number.NaN]
  expect(toFloat32({ dtype: "F16", shape: [11], data })).toEqual(Float32Array.from(values))
})

it("decodes bfloat16 as the upper half of a float32", () => {
  const data = Uint16Array.of(0x3f80, 0xc049, 0x7f80)
  expect(toFloat32({ dtype: "BF16", shape: [3], data })).toEqual(Float32Array.of(1, -3.140625, 1 / 0))
})

it("rounds wider numbers to float32 and gives a float32 array as it is", () => {
  expect(toFloat32({ dtype: "F64", shape: [1], data: Float64Array.of(0.1) })).toEqual(Float32Array.of(0.1))
  expect(toFloat32({ dtype: "I64", shape: [1], data: BigInt64Array.of(-3n) })).toEqual(Float32Array.of(-3))
  const data = Float32Array.of(1)
  expect(toFloat32({ dtype: "F32", shape: [1], data })).toBe(data)
})

it("has no values for complex numbers and 8-bit floats", () => {
  expect(toFloat32({ dtype: "C64", shape: [1], data: Float32Array.of(1, 2) })).toBeUndefined()
  expect(toFloat32({ dtype: "F8_E4M3", shape: [1], data: Uint8Array.of(1) })).toBeUndefined()
})
