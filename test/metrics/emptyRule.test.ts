import { expect, it } from "vitest"
import { emptyRuleOf, emptyRules } from "../../src/metrics/index.ts"

it("every rule goes by its own name", () => {
  for (const [name, rule] of Object.entries(emptyRules)) expect(rule.name).toBe(name)
})

it("a name and its rule are the same option", () => {
  expect(emptyRuleOf("lits")).toBe(emptyRules.lits)
  expect(emptyRuleOf(emptyRules.zero)).toBe(emptyRules.zero)
})
