import { blocks } from "./blocks.ts"
import { convolutions } from "./convolution.ts"
import { elementwise } from "./elementwise.ts"
import { normalization } from "./normalization.ts"
import { pooling } from "./pooling.ts"
import { products } from "./products.ts"
import { reductions } from "./reductions.ts"
import type { Rules } from "./rule.ts"
import { shapes } from "./shapes.ts"

/** Every kernel that can be compiled. */
export const RULES: Rules = {
  ...blocks,
  ...convolutions,
  ...elementwise,
  ...normalization,
  ...pooling,
  ...products,
  ...reductions,
  ...shapes
}
