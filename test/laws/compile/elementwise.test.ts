import { agreesInOneGraph } from "./ops/agreement.ts"
import { elementwise } from "./ops/elementwise.ts"
import { special } from "./ops/special.ts"

agreesInOneGraph("kernels that work element by element", elementwise)
agreesInOneGraph("kernels that work element by element, at special numbers,", special(elementwise))
