import { expect, it } from "vitest"
import { emptyRuleOf, emptyRules, MetricsError } from "../../src/metrics/index.ts"

it("every rule goes by its own name", () => {
  for (const [name, rule] of Object.entries(emptyRules)) expect(rule.name).toBe(name)
})

it("a name and its rule are the same option", () => {
  expect(emptyRuleOf("lits")).toBe(emptyRules.lits)
  expect(emptyRuleOf(emptyRules.zero)).toBe(emptyRules.zero)
})

it("a name that is none of them is refused with those that are", () => {
  const misspelt = () => emptyRuleOf("excluded" as "exclude")
  expect(misspelt).toThrow(MetricsError)
  expect(misspelt).toThrow('rule "excluded" for empty masks: known are exclude, onlyWithReference, lits')
})
