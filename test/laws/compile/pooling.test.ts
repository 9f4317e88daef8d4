import { agreesInOneGraph } from "./ops/agreement.ts"
import { pooling } from "./ops/pooling.ts"

agreesInOneGraph("kernels that pool and resize maps", pooling)
