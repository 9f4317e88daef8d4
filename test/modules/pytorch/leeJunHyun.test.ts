import { expect, it } from "vitest"
import { leeJunHyunNames as names } from "../../../src/modules/pytorch/leeJunHyun.ts"

it("counts levels from 1 on the way down and from 5 on the way up", () => {
  expect(names("encoder.0.0.conv.kernel")).toBe("Conv1.conv.0.weight")
  expect(names("encoder.4.1.norm.variance")).toBe("Conv5.conv.4.running_var")
  expect(names("decoder.0.rise.conv.bias")).toBe("Up5.up.1.bias")
  expect(names("decoder.3.block.1.conv.kernel")).toBe("Up_conv2.conv.3.weight")
})

it("has names of their own for gates and recurrent blocks", () => {
  expect(names("decoder.1.gate.signal.norm.scale")).toBe("Att4.W_g.1.weight")
  expect(names("encoder.2.recurrent.1.conv.kernel")).toBe("RRCNN3.RCNN.1.conv.0.weight")
  expect(names("decoder.3.block.project.kernel")).toBe("Up_RRCNN2.Conv_1x1.weight")
})
