import { expect, it } from "vitest"
import { defineNetwork, NETWORKS, networkNamed, uNet } from "../../../src/modules/index.ts"

it("every network goes by the name that it carries, and comes back from its options as JSON", () => {
  for (const [name, make] of Object.entries(NETWORKS)) {
    const network = make()
    expect(network.name).toBe(name)
    const again = networkNamed(name, JSON.parse(JSON.stringify(network.config)))
    expect(again.spec).toEqual(network.spec)
  }
})

it("takes networks of one's own, and says which it knows", () => {
  const own = (config: { readonly width: number }) =>
    defineNetwork({ name: "own", config, spec: {}, forward: (_, x) => ({ logits: x }) })
  expect(networkNamed("own", { width: 3 }, { own }).config).toEqual({ width: 3 })
  expect(() => networkNamed("own", {})).toThrow(/own cannot be made: known are agcafNet.*uNet/)
  expect(() => networkNamed("toString", {})).toThrow(/cannot be made/)
  expect(() => networkNamed("uNet", { ...uNet().config, width: 0 })).toThrow(/width is 0/)
})
