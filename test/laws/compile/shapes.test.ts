import { agreesInOneGraph } from "./ops/agreement.ts"
import { shapes } from "./ops/shapes.ts"
import { special } from "./ops/special.ts"

agreesInOneGraph("kernels that move elements", shapes)
agreesInOneGraph("kernels that move elements, at special numbers,", special(shapes))
