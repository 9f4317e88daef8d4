import { agreesInOneGraph } from "./ops/agreement.ts"
import { reductions } from "./ops/reductions.ts"

agreesInOneGraph("kernels that fold axes", reductions)
