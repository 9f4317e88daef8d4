import { agreesInOneGraph } from "./ops/agreement.ts"
import { pooling } from "./ops/pooling.ts"
import { special } from "./ops/special.ts"

agreesInOneGraph("kernels that pool and resize maps", pooling)
agreesInOneGraph("kernels that pool and resize maps, at special numbers,", special(pooling))
