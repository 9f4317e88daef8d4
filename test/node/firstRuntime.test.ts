import { expect, it } from "vitest"
import type { OrtPackage } from "../../src/compile/runtime/startOrt.ts"
import { firstRuntime } from "../../src/node/firstRuntime.ts"

const absent = "onnxruntime-moon" as OrtPackage

/** It is installed, and its native library does not load. */
const broken = `data:text/javascript,${encodeURIComponent(`throw new Error("libonnxruntime.so.1: cannot open\\nthe file")`)}`

it("starts the first package, and has nothing to say", async () => {
  const { runtime, notices } = await firstRuntime(["onnxruntime-node", absent], { threads: 1 })
  expect(runtime.description).toMatch(/\(cpu, 1 thread\)/)
  expect(notices).toEqual([])
  await runtime.close()
})

it("says of each that does not start why, and what runs instead", async () => {
  const packages = [absent, broken as OrtPackage, "onnxruntime-web"] as const
  const { runtime, notices } = await firstRuntime(packages, { threads: 1, providers: ["quantum"] })
  expect(runtime.description).toMatch(/\(wasm, 1 thread\)/)
  const instead = /; onnxruntime-web runs instead, which takes longer$/
  expect(notices[0]).toMatch(/^ONNX Runtime: onnxruntime-moon did not start: Cannot find package 'onnxruntime-moon'/)
  expect(notices[0]).toMatch(instead)
  expect(notices[1]).toMatch(/did not start: libonnxruntime\.so\.1: cannot open; /)
  expect(notices[1]).toMatch(instead)
  expect(notices[2]).toMatch(/quantum did not start: .*; wasm runs instead/)
  expect(notices).toHaveLength(3)
  await runtime.close()
})

it("rejects with all reasons where none starts", async () => {
  await expect(firstRuntime([absent, "onnxruntime-mars" as OrtPackage], {})).rejects.toThrow(
    /^ONNX Runtime: onnxruntime-moon did not start: .*; ONNX Runtime: onnxruntime-mars did not start: /
  )
})
