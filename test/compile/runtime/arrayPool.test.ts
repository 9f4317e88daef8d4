import { expect, it } from "vitest"
import { arrayPool } from "../../../src/compile/runtime/arrayPool.ts"

it("an array given is taken again for its type and length, and for no other", () => {
  const pool = arrayPool()
  const data = new Float32Array(4)
  pool.give("float32", data)
  expect(pool.take("float32", 5)).not.toBe(data)
  expect(pool.take("int32", 4)).toEqual(new Int32Array(4))
  expect(pool.take("float32", 4)).toBe(data)
  expect(pool.take("float32", 4)).not.toBe(data)
})

it("truth values are bytes", () => {
  expect(arrayPool().take("bool", 3)).toEqual(new Uint8Array(3))
})

it("trimming keeps so many bytes, of the kinds given last", () => {
  const pool = arrayPool()
  const [old, young] = [new Float32Array(4), new Float32Array(8)]
  pool.give("float32", old)
  pool.give("float32", young)
  pool.trim(32)
  expect(pool.take("float32", 4)).not.toBe(old)
  expect(pool.take("float32", 8)).toBe(young)
  pool.give("float32", young)
  pool.trim(31)
  expect(pool.take("float32", 8)).not.toBe(young)
})
