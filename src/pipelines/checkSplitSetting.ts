import { checkRule, SplitError } from "../stages/split.ts"
import type { SplitSetting } from "./protocol.ts"

/**
 * Checks that a setting splits a cohort, and leaves somebody to test: what a protocol is for.
 *
 * @throws SplitError
 */
export const checkSplitSetting = (setting: SplitSetting): void => {
  checkRule(setting, setting.seed)
  if ("ratios" in setting && setting.ratios[2] === 0) {
    const reason = `ratios of ${setting.ratios.join(":")} leave no patient to test; the third must be above 0`
    throw new SplitError({ source: "split", reason })
  }
}
