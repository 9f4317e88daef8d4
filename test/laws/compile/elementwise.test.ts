import { agreesInOneGraph } from "./ops/agreement.ts"
import { elementwise } from "./ops/elementwise.ts"

agreesInOneGraph("kernels that work element by element", elementwise)
