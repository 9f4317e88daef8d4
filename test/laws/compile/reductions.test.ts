import { agreesInOneGraph } from "./ops/agreement.ts"
import { reductions } from "./ops/reductions.ts"
import { special } from "./ops/special.ts"

agreesInOneGraph("kernels that fold axes", reductions)
agreesInOneGraph("kernels that fold axes, at special numbers,", special(reductions))
