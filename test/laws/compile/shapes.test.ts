import { agreesInOneGraph } from "./ops/agreement.ts"
import { shapes } from "./ops/shapes.ts"

agreesInOneGraph("kernels that move elements", shapes)
